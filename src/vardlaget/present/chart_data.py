"""A chart's specification as a page carries it: light, and inside its own element.

Vega's config stands once, in the script that all pages share. Data go by column, what repeats
stands once, and numbers have the digits that can be seen. The page's script undoes it.
"""

import json
from collections import Counter

# Nothing drawn is wider than a screen: eight digits place it, and show any amount of kronor.
DIGITS = 8
# A part that repeats is told once where that is shorter than its reference.
WORTH_SHARING = 24


def for_page(spec: dict) -> str:
    """The specification as the JSON text of a `<script type="application/json">` element.

    An object with `spec`, `shared` (parts that `{"$": n}` in it stands for) and `data`: for each
    data set the number of rows `n` and `columns`, where a column of one value has it once.
    """
    datasets = spec.get("datasets", {})
    slim = {key: value for key, value in spec.items() if key not in ("config", "datasets")}
    text = _dumps(slim)
    for number, name in enumerate(datasets):
        text = text.replace(f'"{name}"', f'"d{number}"')
    slim, shared = _shared(json.loads(text))
    data = {f"d{number}": _columns(rows) for number, rows in enumerate(datasets.values())}
    return _inert(_dumps({"spec": slim, "shared": shared, "data": data}))


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _inert(text: str) -> str:
    """JSON that can neither end its element nor the raw block around it, nor be a shortcode."""
    text = text.replace("<", "\\u003c").replace("`", "\\u0060")
    return text.replace("{{", "{\\u007b")


def _columns(rows: list[dict]) -> dict:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [_rounded(row.get(name)) for row in rows] for name in names}
    once = {name: _once(values) for name, values in columns.items()}
    return {"n": len(rows), "columns": once}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        short = float(f"{value:.{DIGITS}g}")
        return int(short) if short.is_integer() else short
    return value


def _once(values: list) -> list:
    return values[:1] if len({_dumps(value) for value in values}) == 1 else values


def _shared(spec: dict) -> tuple[dict, list]:
    """The specification with references in place of the parts that repeat, and these parts."""
    seen: Counter[str] = Counter()
    _count(spec, seen)
    places: dict[str, int] = {}
    parts: list = []

    def refer(node: object, whole: bool = True) -> object:
        if not isinstance(node, dict | list):
            return node
        text = _dumps(node)
        if whole and seen[text] > 1 and len(text) > WORTH_SHARING:
            if text not in places:
                places[text] = len(parts)
                parts.append(None)
                parts[places[text]] = refer(node, whole=False)
            return {"$": places[text]}
        if isinstance(node, dict):
            return {key: refer(value) for key, value in node.items()}
        return [refer(value) for value in node]

    return refer(spec, whole=False), parts


def _count(node: object, seen: Counter[str]) -> None:
    """Each part below the top, where it is met first; parts of a part met again count no more."""
    for value in node.values() if isinstance(node, dict) else node:
        if not isinstance(value, dict | list):
            continue
        text = _dumps(value)
        seen[text] += 1
        if seen[text] == 1:
            _count(value, seen)
