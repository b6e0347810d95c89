-- Embedded cells, what is not supported, and conditional content.

local vl = ...
local List = pandoc.List
local HTML, TYPST, CALLOUTS, rawblock, fail = vl.HTML, vl.TYPST, vl.CALLOUTS, vl.rawblock, vl.fail
local unsupported, read_markdown = vl.unsupported, vl.read_markdown
local inline_markdown = vl.inline_markdown

-- ---------------------------------------------------------------- embedded cells

local function first_line(text)
  for line in text:gmatch "[^\n]+" do if line:match "%w" then return line end end
  return text
end

local function read_cell(cell)
  local blocks
  local messages = pandoc.log.silence(function() blocks = read_markdown(cell.markdown) end)
  for _, message in ipairs(messages) do
    local text = type(message) == "table" and (message.message or message.pretty)
      or tostring(message)
    fail(first_line(cell.markdown), cell.name .. ": pandoc: " .. tostring(text))
  end
  return blocks
end

-- Typst's errors name a line of the Typst source: the marks lead back to the cell.
local function mark(text) return TYPST and List { rawblock("// vl-cell " .. text) } or List {} end

function vl.expand_cell(div)
  local number = tonumber(div.attributes.n)
  local cell = number and vl.context.cells[number]
  if not cell then return unsupported(".vl-cell", "class 'vl-cell'") end
  local blocks = mark(cell.number) .. read_cell(cell) .. mark("end")
  for _, block in ipairs(blocks) do
    if block.t == "Header" and not block.identifier:match "^sec%-" then block.identifier = "" end
  end
  if not cell.label then return blocks end
  blocks:insert(pandoc.Para(inline_markdown(cell.caption)))
  return mark(cell.number) .. List { pandoc.Div(blocks, { id = cell.label }) }
end

-- ---------------------------------------------------------------- what is not supported

local UNSUPPORTED_CLASSES = { columns = 1, column = 1, aside = 1, hidden = 1,
  ["panel-sidebar"] = 1, ["panel-input"] = 1, ["panel-fill"] = 1, ["panel-center"] = 1,
  ["column-margin"] = 1, cell = 1, proof = 1, remark = 1, solution = 1 }
local UNSUPPORTED_PREFIXES = { lst = 1, eq = 1, thm = 1, lem = 1, cor = 1, prp = 1, cnj = 1,
  def = 1, exm = 1, exr = 1, sol = 1, rem = 1, alg = 1, nte = 1, tip = 1, wrn = 1, imp = 1,
  cau = 1, dia = 1, vid = 1 }

local function check_attr(el)
  for class in el.classes:iter() do
    if UNSUPPORTED_CLASSES[class] or class:match "^column%-" then
      unsupported("." .. class, "class '" .. class .. "'")
    end
    if class:match "^callout%-" and not CALLOUTS[class:sub(9)] then
      unsupported("." .. class, "class '" .. class .. "'")
    end
  end
  for key in pairs(el.attributes) do
    if key:match "^layout" or key == "style" or key == "when-profile"
      or key == "unless-profile" then
      unsupported(key .. "=", "attribute '" .. key .. "'")
    end
  end
  local prefix = el.identifier:match "^(%a+)%-"
  if prefix and UNSUPPORTED_PREFIXES[prefix] and el.t ~= "Header" then
    unsupported("#" .. el.identifier, "label '#" .. el.identifier .. "'")
  end
end

local function check_raw(el)
  if el.format:match "tex" then
    unsupported(first_line(el.text), "raw TeX (" .. first_line(el.text) .. ")")
  elseif not (el.format:match "^html" or el.format == "typst") then
    unsupported("{=" .. el.format .. "}", "raw code for '" .. el.format .. "'")
  end
end

-- pandoc leaves a reference to a note that is not there as it stands.
local function check_note(el)
  local name = el.text:match "%[%^([^%]]+)%]"
  if name then fail("[^" .. name .. "]", "footnote '" .. name .. "' is not defined") end
end

local function check_cite(el)
  for _, cite in ipairs(el.citations) do
    local kind = cite.id:match "^(%a+)%-"
    kind = kind and kind:lower()
    if not (kind == "fig" or kind == "tbl" or kind == "sec") then
      unsupported("@" .. cite.id, "reference or citation '@" .. cite.id .. "'")
    elseif #cite.suffix > 0 then
      unsupported("@" .. cite.id, "text after a reference within the brackets")
    end
  end
end

vl.CHECKS = {
  Div = check_attr, Span = check_attr, Header = check_attr, CodeBlock = check_attr,
  Image = check_attr, Table = check_attr, Figure = check_attr, Link = check_attr,
  RawBlock = check_raw, RawInline = check_raw, Cite = check_cite, Str = check_note,
}

-- ---------------------------------------------------------------- conditional content

local FORMATS = { html = HTML, ["html:js"] = HTML, html5 = HTML, typst = TYPST, pdf = TYPST }
local OTHER_FORMATS = { docx = 1, latex = 1, epub = 1, revealjs = 1, odt = 1, markdown = 1,
  gfm = 1, pptx = 1, beamer = 1, ipynb = 1, commonmark = 1 }

local CONDITIONS = { "when-format", "unless-format", "when-meta", "unless-meta" }

local function holds(key, value)
  local met
  if key:match "meta$" then
    met = vl.context.truths[value] == true
  else
    met = FORMATS[value]
    if met == nil and not OTHER_FORMATS[value] then
      fail(key .. '="' .. value, "unknown format '" .. value .. "' in " .. key)
    end
  end
  return (met or false) == (key:match "^when" ~= nil)
end

-- nil: an element without a condition; else whether it is shown.
local function shown(el)
  local visible = el.classes:includes "content-visible"
  if not visible and not el.classes:includes "content-hidden" then return nil end
  local all = true
  for _, key in ipairs(CONDITIONS) do
    local value = el.attributes[key]
    if value and not holds(key, value) then all = false end
  end
  return all == visible
end

local function conditional(el)
  local visible = shown(el)
  if visible == nil then return nil end
  if not visible then return List {}, false end
  return el.content -- walked further: it may hold conditions of its own
end

-- pandoc does not walk into what replaces an element when it goes top down, so we do.
vl.VISIBLE = { traverse = "topdown" }
local function visible_content(el)
  local content, go_on = conditional(el)
  if content == nil or go_on == false then return content, go_on end
  return content:walk(vl.VISIBLE), false
end
vl.VISIBLE.Div, vl.VISIBLE.Span = visible_content, visible_content

function vl.no_condition(el)
  if shown(el) ~= nil then
    unsupported(".content-", "content-visible or content-hidden on a heading or code block")
  end
end
