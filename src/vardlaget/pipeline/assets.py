"""What all pages share: one Vega bundle, one style sheet, the scripts, the font.

Each file's name holds a hash of its content, so that an older edition keeps what it was made
with. Nothing is loaded from anywhere else.
"""

import hashlib
import json
import os
import re
from importlib.metadata import version
from pathlib import Path

import vl_convert

from vardlaget.catalogue.look import Look, chart_theme
from vardlaget.errors import InputError
from vardlaget.pipeline import pictures
from vardlaget.project import Project

FONT_FILES = {
    "SourceSansPro-Regular.ttf": "source-sans-400.woff2",
    "SourceSansPro-Semibold.ttf": "source-sans-600.woff2",
    "SourceSansPro-It.ttf": "source-sans-400-italic.woff2",
}
# Latin with Swedish and its neighbours' letters, punctuation, arrows, mathematical signs.
CHARACTERS = [*range(0x20, 0x180), *range(0x2010, 0x2040), 0x20AC, *range(0x2190, 0x219A)]
CHARACTERS += [0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x2022, 0x25B2, 0x25BC]


def build(project: Project) -> str:
    """Puts the assets under out/assets, if they are not there, and returns the pages' head.

    The head is reports/theme/head.html with the names that the files have. Beside it, every
    script of reports/theme is there.
    """
    cache = project.build / "assets"
    cache.mkdir(parents=True, exist_ok=True)
    theme = project.reports / "theme"
    look = chart_theme(theme / "chart.json")
    made = {"vega.js": _vega(cache).read_bytes()}
    for source, name in FONT_FILES.items():
        made[name] = _font(source, cache).read_bytes()
    for file in (theme / "icon.svg", *sorted(theme.glob("*.js"))):
        made[file.name] = file.read_bytes()
    made["charts.js"] = _look_of_charts(look) + made["charts.js"]
    names = {name: _hashed(name, content) for name, content in made.items()}
    style = palette(look) + (theme / "vardlaget.css").read_text(encoding="utf-8")
    css = _renamed(style, names).encode()
    made["vardlaget.css"] = css
    names["vardlaget.css"] = _hashed("vardlaget.css", css)
    for name, content in made.items():
        _put(project.out / "assets" / names[name], content)
    return _renamed((theme / "head.html").read_text(encoding="utf-8"), names)


def of_region(project: Project, look: Look | None) -> str:
    """What a region's own look adds to the pages' head; its files are put under out/assets.

    Raises InputError where its logo is not there.
    """
    if look is None:
        return ""
    style = (
        f":root {{ --own: {look.colour}; }}\n@media screen and (prefers-color-scheme: dark) "
        f"{{ :root {{ --own: {look.colour_dark}; }} }}\n"
    )
    if look.logo:
        content = logo(project, look).read_bytes()
        name = _hashed(look.logo, content)
        _put(project.out / "assets" / name, content)
        style += f'.page-header {{ --logo: url("{name}"); }}\n'
    name = _hashed("region.css", style.encode())
    _put(project.out / "assets" / name, style.encode())
    return f'<link rel="stylesheet" href="../../assets/{name}">\n'


def logo(project: Project, look: Look) -> Path:
    """The file of a region's logo. Raises InputError where it is not there."""
    path = project.settings / str(look.logo)
    if not path.is_file():
        raise InputError(f"{project.named(path)}: the logo that the settings name is not there.")
    return path


def palette(look: dict) -> str:
    """The colours of chart.json as variables of a style sheet; paper is always light."""
    light = _variables(look["colours"] | look["page"])
    dark = _variables(look["dark"])
    return (
        f":root {{ color-scheme: light; {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ "
        f":root {{ color-scheme: dark; {dark} }} }}\n"
    )


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def _look_of_charts(look: dict) -> bytes:
    """Vega's config, and the variable that each colour of a chart stands for."""
    names = {colour: name for name, colour in look["colours"].items()}
    text = json.dumps({"config": look["config"], "colours": names}, ensure_ascii=False)
    return f"window.vardlagetTheme = {text};\n".encode()


def _hashed(name: str, content: bytes) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}{dot}{ending}"


def _renamed(text: str, names: dict[str, str]) -> str:
    pattern = re.compile("|".join(re.escape(name) for name in names))
    return pattern.sub(lambda match: names[match[0]], text)


def _put(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(path)


def _vega(cache: Path) -> Path:
    """Vega, Vega-Lite and Vega-Embed as one file without eval; it sets `window.vegaEmbed`."""
    path = cache / f"vega-{version('vl-convert-python')}.js"
    if not path.exists():
        bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
        _put(path, bundle.encode())
    return path


def _font(source: str, cache: Path) -> Path:
    path = cache / FONT_FILES[source]
    if not path.exists():
        # Imported here: only the first build cuts fonts.
        from fontTools.subset import Options, Subsetter, load_font, save_font

        options = Options(flavor="woff2", layout_features=["kern", "liga", "tnum", "lnum"])
        font = load_font(str(pictures.fonts() / source), options)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=CHARACTERS)
        subsetter.subset(font)
        aside = path.with_suffix(f".{os.getpid()}")
        save_font(font, str(aside), options)
        aside.replace(path)
    return path
