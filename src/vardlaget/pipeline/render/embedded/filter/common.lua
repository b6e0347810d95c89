-- What the parts of the filter share: the context from Python, the state of the document, errors
-- and values. Each part is a chunk that gets this table as its argument.

local vl = {
  HTML = FORMAT:match "^html" ~= nil,
  errors = {},   -- written to context.errors when the filter ends
  index = {},    -- label -> {kind, number}
  ids = {},      -- every identifier in the output
  raw_html = {}, -- raw HTML, where a link's target may also stand
  CALLOUTS = { note = 1, tip = 1, important = 1, warning = 1, caution = 1 },
}
vl.TYPST = not vl.HTML
local List = pandoc.List
local counts = { fig = 0, tbl = 0 }

local function raw(text) return pandoc.RawInline(vl.HTML and "html" or "typst", text) end
local function rawblock(text) return pandoc.RawBlock(vl.HTML and "html" or "typst", text) end

local function fail(needle, message, last)
  vl.errors[#vl.errors + 1] = { needle = needle, message = message, last = last or false }
end

local function unsupported(needle, what)
  fail(needle, what .. " is not supported by the embedded engine")
end

local function escape(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;",
    ['"'] = "&quot;" }))
end

local function quoted(text) -- a Typst string
  return '"' .. text:gsub("[\\\"]", "\\%0"):gsub("\n", " ") .. '"'
end

-- ---------------------------------------------------------------- tokens (see compose.py)

local TOKEN = "\u{E000}(.-)\u{E001}"

local function value_of(digits)
  local number = 0
  for _, code in utf8.codes(digits) do number = number * 10 + code - 0xE010 end
  return vl.context.values[number], number
end

local function resolved(text)
  return (text:gsub(TOKEN, function(digits) return (value_of(digits)) end))
end

local function plain(inlines) return resolved(pandoc.utils.stringify(inlines)) end

local function resolved_attr(attr)
  attr.identifier = resolved(attr.identifier)
  for key, value in pairs(attr.attributes) do attr.attributes[key] = resolved(value) end
  return attr
end

local function resolve_raw(el)
  el.text = el.text:gsub(TOKEN, function(digits)
    local value, number = value_of(digits)
    if not vl.context.literals[tostring(number)] then
      fail(el.text:gsub(TOKEN .. ".*", ""):match "[^\n]*$",
        "a value from var or meta cannot be put into raw code")
    end
    return value
  end)
  return el
end

local function with_attr(el) resolved_attr(el.attr) return el end

vl.TOKENS = {
  Str = function(el) el.text = resolved(el.text) return el end,
  Code = function(el) el.text = resolved(el.text) return el end,
  CodeBlock = function(el) el.text = resolved(el.text) return el end,
  Math = function(el) el.text = resolved(el.text) return el end,
  RawInline = resolve_raw, RawBlock = resolve_raw,
  Link = function(el)
    el.target, el.title = resolved(pandoc.utils.stringify(el.target)), resolved(el.title)
    return with_attr(el)
  end,
  Div = with_attr, Span = with_attr, Header = with_attr,
}

-- ---------------------------------------------------------------- Markdown in attributes and cells

local function read_markdown(text)
  return pandoc.read(text, vl.context.reader).blocks
end

-- A caption or title. The guard keeps its first word from beginning a list or a heading.
local GUARD = "\u{E002}"

local function inline_markdown(text)
  local blocks = read_markdown(GUARD .. " " .. text)
  if #blocks ~= 1 or blocks[1].t ~= "Para" then
    fail(text:match "[^\n]*", "a title or caption must be one paragraph: '" .. text .. "'")
    return List {}
  end
  local inlines = blocks[1].content
  inlines:remove(1)
  if inlines[1] then inlines:remove(1) end
  return inlines
end

-- ---------------------------------------------------------------- labels and numbers

local function register(id, kind, number)
  if vl.index[id] then fail("#" .. id, "the label '" .. id .. "' stands twice", true) end
  vl.index[id] = { kind = kind, number = number }
end

local function next_number(kind)
  counts[kind] = counts[kind] + 1
  return tostring(counts[kind])
end

local function kind_of(id)
  local kind = id:match "^(%a+)%-"
  return (kind == "fig" or kind == "tbl") and kind or nil
end

local function label(kind, number) return vl.context.words[kind] .. "\u{A0}" .. number end

vl.raw, vl.rawblock = raw, rawblock
vl.fail, vl.unsupported = fail, unsupported
vl.escape, vl.quoted = escape, quoted
vl.resolved, vl.plain = resolved, plain
vl.read_markdown, vl.inline_markdown = read_markdown, inline_markdown
vl.register, vl.next_number = register, next_number
vl.kind_of, vl.label = kind_of, label

return vl
