-- Callouts, tabs, headings and the conversion of blocks as a whole.

local vl = ...
local List = pandoc.List
local HTML, CALLOUTS, raw, rawblock, fail = vl.HTML, vl.CALLOUTS, vl.raw, vl.rawblock, vl.fail
local unsupported, escape, plain = vl.unsupported, vl.escape, vl.plain
local inline_markdown, register, kind_of = vl.inline_markdown, vl.register, vl.kind_of
local float_div, figure, table_block = vl.float_div, vl.figure, vl.table_block
local inline_image = vl.inline_image

local sections, last_level = {}, 0 -- the numbers of the headings so far, and the last level

-- ---------------------------------------------------------------- callouts and tabs

local function callout_title(div, kind)
  local title = div.attributes.title
  if title then return inline_markdown(title), div.content end
  local first = div.content[1]
  if first and first.t == "Header" then
    local rest = List(div.content)
    rest:remove(1)
    return first.content, rest
  end
  return List { pandoc.Str(vl.context.words.callouts[kind]) }, div.content
end

local function callout_html(div, kind, title, content)
  local class = "callout callout-" .. kind
  local collapse = div.attributes.collapse
  local id = div.identifier ~= "" and (' id="' .. escape(div.identifier) .. '"') or ""
  if collapse then
    local open = collapse == "false" and " open" or ""
    local summary = List { raw '<summary class="callout-title">' } .. title .. { raw "</summary>" }
    return List { rawblock('<details class="' .. class .. '"' .. id .. open .. ">"),
      pandoc.Plain(summary) } .. content .. { rawblock "</details>" }
  end
  local name = escape(vl.context.words.callouts[kind])
  return List { rawblock('<aside class="' .. class .. '"' .. id .. ' role="note" aria-label="'
      .. name .. '">'),
    pandoc.Plain(List { raw '<p class="callout-title">' } .. title .. { raw "</p>" }) }
    .. content .. { rawblock "</aside>" }
end

local function callout_typst(div, kind, title, content)
  local close = "]" .. (div.identifier ~= "" and " <" .. div.identifier .. ">" or "")
  return List { pandoc.Plain(List { raw('#vl-callout("' .. kind .. '", [') } .. title
    .. { raw "])[" }) } .. content .. { rawblock(close) }
end

local function callout(div, kind)
  for key in pairs(div.attributes) do
    if not (key == "title" or key == "collapse" or key == "icon") then
      unsupported(key .. "=", "callout attribute '" .. key .. "'")
    end
  end
  pandoc.Blocks(div.content):walk { Div = function(el)
    if el.classes:includes "vl-pagebreak" then
      fail(".vl-pagebreak", "a page break within a callout", true)
    end
  end }
  local title, content = callout_title(div, kind)
  title = vl.convert({ pandoc.Plain(title) })[1].content
  return (HTML and callout_html or callout_typst)(div, kind, title, vl.convert(content))
end

local function tabs_of(div)
  local level, tabs = nil, List {}
  for _, block in ipairs(div.content) do
    if block.t == "Header" and (level == nil or block.level == level) then
      level = block.level
      tabs:insert { header = block, content = List {} }
    elseif #tabs == 0 then
      fail(".panel-tabset", "a panel-tabset must begin with a heading")
      return tabs
    else
      tabs[#tabs].content:insert(block)
    end
  end
  if #tabs == 0 then fail(".panel-tabset", "a panel-tabset without headings") end
  return tabs
end

local tabsets = 0

local function tabset_html(div, tabs)
  tabsets = tabsets + 1
  local group = div.attributes.group
  local out = List { rawblock('<div class="tabset"'
    .. (group and ' data-group="' .. escape(group) .. '"' or "") .. '>\n<div role="tablist">') }
  for i, tab in ipairs(tabs) do
    local name = "tabset-" .. tabsets .. "-" .. i
    out:insert(pandoc.Plain(List { raw(string.format(
      '<button type="button" role="tab" id="%s" aria-controls="%s-panel" aria-selected="%s">',
      name, name, i == 1 and "true" or "false")) }
      .. vl.convert({ pandoc.Plain(tab.header.content) })[1].content .. { raw "</button>" }))
  end
  out:insert(rawblock "</div>")
  for i, tab in ipairs(tabs) do
    local name = "tabset-" .. tabsets .. "-" .. i
    local anchor = escape(tab.header.identifier)
    out:insert(rawblock(string.format(
      '<div role="tabpanel" id="%s-panel" aria-labelledby="%s" tabindex="0">%s', name, name,
      anchor ~= "" and '<span id="' .. anchor .. '"></span>' or "")))
    out:extend(vl.convert(tab.content))
    out:insert(rawblock "</div>")
  end
  out:insert(rawblock "</div>")
  return out
end

local function check_level(header)
  if header.level > last_level + 1 then
    fail(plain(header.content), "heading '" .. plain(header.content)
      .. "' skips a level: the PDF would not be accessible")
  end
  last_level = header.level
end

local function tabset(div)
  local tabs, out = tabs_of(div), List {}
  for _, tab in ipairs(tabs) do
    tab.header.classes:extend { "unnumbered", "unlisted" }
  end
  if HTML then return tabset_html(div, tabs) end
  for _, tab in ipairs(tabs) do
    out:extend(vl.convert(List { tab.header } .. tab.content))
  end
  return out
end

-- ---------------------------------------------------------------- divs and headings

local function callout_kind(div)
  for class in div.classes:iter() do
    local kind = class:match "^callout%-(%a+)$"
    if kind and CALLOUTS[kind] then return kind end
  end
end

local function landscape(div)
  local content = vl.convert(div.content)
  if HTML then return pandoc.Div(content, { class = "landscape" }) end
  return List { rawblock "#page(flipped: true)[" } .. content .. { rawblock "]" }
end

local function own_div(div)
  local content = vl.convert(div.content)
  if HTML then
    div.content = content
    return div
  elseif div.identifier ~= "" then
    return pandoc.Div(content, { id = div.identifier })
  end
  return content
end

local function div_block(div)
  local kind = kind_of(div.identifier)
  local callout_class = callout_kind(div)
  if div.classes:includes "vl-pagebreak" then
    return rawblock(HTML and '<div class="pagebreak"></div>' or "#pagebreak(weak: true)"), false
  elseif kind then
    return float_div(div, kind), false
  elseif callout_class then
    return callout(div, callout_class), false
  elseif div.classes:includes "panel-tabset" then
    return tabset(div), false
  elseif div.classes:includes "landscape" then
    return landscape(div), false
  end
  return own_div(div), false
end

local function section_number(level)
  local depth = level - vl.top_level + 1
  for i = 1, depth do sections[i] = sections[i] or 0 end
  sections[depth] = sections[depth] + 1
  for i = depth + 1, #sections do sections[i] = nil end
  return table.concat(sections, ".")
end

local function unique(id)
  local name, n = id, 0
  while vl.ids[name] do
    n = n + 1
    name = id .. "-" .. n
  end
  return name
end

local function heading_id(el)
  if el.identifier == "" then
    local slug = pandoc.text.lower(plain(el.content)):gsub("[^%w\u{80}-\u{10FFFF}]+", "-")
    el.identifier = unique((slug:gsub("^[-%d]+", ""):gsub("-+$", "")))
    if el.identifier == "" then el.identifier = unique "section" end
    vl.ids[el.identifier] = true
  end
end

local function heading(el)
  heading_id(el)
  local numbered = not el.classes:includes "unnumbered"
  local number = numbered and section_number(el.level) or nil
  if el.identifier:match "^sec%-" then register(el.identifier, "sec", number or "") end
  local level = el.level
  el.level = level + vl.shift
  check_level(el)
  if HTML then el.level = level end
  if HTML and number and vl.context.number_sections then
    el.content:insert(1, pandoc.Space())
    el.content:insert(1, pandoc.Span(number, { class = "header-section-number" }))
  end
  return el
end

-- pandoc would put each meaning in a block of its own, below its term.
local function definitions(el)
  if HTML then return nil end
  local out = List { pandoc.Plain { raw "#terms(" } }
  for _, item in ipairs(el.content) do
    local meaning = List {}
    for _, blocks in ipairs(item[2]) do meaning:extend(vl.convert(blocks)) end
    local open = List { raw "terms.item([" } .. vl.convert({ pandoc.Plain(item[1]) })[1].content
      .. { raw "], [" }
    if #meaning == 1 and meaning[1].content then
      out:insert(pandoc.Plain(open .. meaning[1].content .. { raw "])," }))
    else
      out = out .. List { pandoc.Plain(open) } .. meaning .. { rawblock "])," }
    end
  end
  out:insert(rawblock ")")
  return out, false
end

-- What leads to what follows, a bold line or one that ends with a colon, is not left alone at a
-- page's end.
local function lead(el)
  local last = el.content[#el.content]
  local bold = #el.content == 1 and last.t == "Strong"
  if HTML or not (bold or last and last.t == "Str" and last.text:match ":$") then return nil end
  return List { rawblock "#block(sticky: true)[", vl.convert({ pandoc.Plain(el.content) })[1],
    rawblock "]" }, false
end

local CONVERT = {
  Para = lead,
  DefinitionList = definitions,
  traverse = "topdown", Div = div_block, Figure = figure, Table = table_block,
  Header = heading, Image = inline_image, Math = vl.math,
}

function vl.convert(blocks) return pandoc.Blocks(blocks):walk(CONVERT) end
