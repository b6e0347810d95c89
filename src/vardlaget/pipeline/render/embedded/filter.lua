-- Gives Quarto's constructs their form in HTML and Typst. The text-level work (shortcodes,
-- includes, embeds) is done before, in compose.py; its results come in the context file.
-- Every error goes to context.errors with a piece of the source by which Python finds the line.

local folder = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), "filter" }
local function part(name, ...)
  return assert(loadfile(pandoc.path.join { folder, name .. ".lua" }))(...)
end

local vl = part "common"
for _, name in ipairs { "reading", "floats", "blocks", "references" } do part(name, vl) end

local function read_context(meta)
  local path = pandoc.utils.stringify(meta["vardlaget-context"])
  local file = assert(io.open(path, "rb"))
  vl.context = pandoc.json.decode(file:read "a", false)
  file:close()
end

local function write_errors()
  local file = assert(io.open(vl.context.errors, "wb"))
  file:write(#vl.errors == 0 and "[]" or pandoc.json.encode(vl.errors))
  file:close()
end

-- Every identifier, and the highest level of heading that is used.
local function survey(blocks)
  local top
  local function own_id(el)
    local id = el.identifier
    if id == "" or vl.kind_of(id) then return end
    if vl.ids[id] then vl.fail("#" .. id, "the label '" .. id .. "' stands twice", true) end
    vl.ids[id] = true
  end
  local function keep_raw(el) vl.raw_html[#vl.raw_html + 1] = el.text end
  blocks:walk {
    Header = function(el)
      own_id(el)
      top = math.min(top or el.level, el.level)
    end,
    Span = own_id, Div = own_id, CodeBlock = own_id, Table = own_id, Figure = own_id,
    RawBlock = keep_raw, RawInline = keep_raw,
  }
  vl.top_level = top or 1
  -- As in Quarto: a document without a level 1 begins its PDF at level 1 all the same.
  vl.shift = vl.top_level > 1 and -1 or 0
end

local function page_title(meta)
  if meta.pagetitle then return end
  local title, subtitle = vl.plain(meta.title or ""), vl.plain(meta.subtitle or "")
  local text = title .. (subtitle ~= "" and " – " .. subtitle or "")
  meta.pagetitle = pandoc.Inlines { pandoc.Str(text) }
end

-- Titles and the like come in the context: as metadata, "1. Title" would be a list.
local function set_shown(meta)
  for key, value in pairs(vl.context.shown) do
    if type(value) == "table" then
      meta[key] = pandoc.MetaList(pandoc.List(value):map(vl.inline_markdown))
    else
      meta[key] = pandoc.MetaInlines(vl.inline_markdown(value))
    end
  end
end

local function expand(div)
  if div.classes:includes "vl-cell" then return vl.expand_cell(div) end
end

function Pandoc(doc)
  read_context(doc.meta)
  set_shown(doc.meta)
  local blocks = doc.blocks:walk { Div = expand }
  blocks:walk(vl.CHECKS) -- also what is hidden this month
  blocks = blocks:walk(vl.VISIBLE)
  blocks:walk { Header = vl.no_condition, CodeBlock = vl.no_condition }
  survey(blocks)
  blocks = vl.convert(blocks)
  blocks = blocks:walk { Cite = vl.references }
  blocks = blocks:walk(vl.TOKENS)
  blocks = blocks:walk { Link = vl.link }
  doc.blocks = blocks:walk(vl.FINAL)
  page_title(doc.meta)
  doc.meta = pandoc.Pandoc({}, doc.meta):walk(vl.TOKENS):walk(vl.FINAL).meta
  write_errors()
  return doc
end
