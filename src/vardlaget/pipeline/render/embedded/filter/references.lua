-- Cross-references, links and typography.

local vl = ...
local List = pandoc.List
local HTML, TYPST, raw, fail, label = vl.HTML, vl.TYPST, vl.raw, vl.fail, vl.label
local project_path, file_content = vl.project_path, vl.file_content

-- ---------------------------------------------------------------- references and links

local function reference(cite)
  local id = cite.id:gsub("^%a", string.lower)
  local entry = vl.index[id]
  if not entry then
    fail("@" .. cite.id, "reference '@" .. cite.id .. "' is not resolved: nothing visible in "
      .. vl.context.format .. " has this label")
    return List {}
  end
  local text = List {}
  if entry.number == "" then
    fail("@" .. cite.id, "'@" .. cite.id .. "' refers to a heading without a number")
  end
  if #cite.prefix > 0 then
    text = cite.prefix .. { pandoc.Str("\u{A0}" .. entry.number) }
  elseif cite.mode == "SuppressAuthor" then
    text = List { pandoc.Str(entry.number) }
  else
    text = List { pandoc.Str(label(entry.kind, entry.number)) }
  end
  return List { pandoc.Link(text, "#" .. id, "", { class = "xref" }) }
end

local function references(el)
  local out = List {}
  for i, cite in ipairs(el.citations) do
    if i > 1 then out:extend { pandoc.Str ",", pandoc.Space() } end
    out:extend(reference(cite))
  end
  return out
end

local function anchored(id)
  if vl.ids[id] or vl.index[id] then return true end
  for _, text in ipairs(vl.raw_html) do
    if text:find('id="' .. id .. '"', 1, true) then return true end
  end
  return false
end

local function link(el)
  local id = el.target:match "^#(.+)"
  if id and not anchored(id) then
    fail("(" .. el.target, "link to '" .. el.target .. "': there is no such place in the document")
  end
  local page, anchor = el.target:match "^([^:#?]+)%.qmd(#?.*)$"
  if not page then return nil end
  if not file_content(project_path(page .. ".qmd")) then
    fail("(" .. el.target, "link to '" .. el.target .. "': there is no such document")
  end
  el.target = page .. (HTML and ".html" .. anchor or ".pdf")
  return el
end

-- ---------------------------------------------------------------- typography

local QUOTES = { sv = { "”", "”", "’", "’" }, en = { "“", "”", "‘", "’" } }

local function quotes(el)
  local marks = QUOTES[vl.context.lang] or QUOTES.en
  local i = el.quotetype == "DoubleQuote" and 1 or 3
  return List { pandoc.Str(marks[i]) } .. el.content .. { pandoc.Str(marks[i + 1]) }
end

-- At the start of a content block ("[1. x]", "[- x]") these are a list or a heading to Typst;
-- pandoc escapes them only at the start of a paragraph, and "1." not even there.
local function not_markup(el)
  if HTML then return nil end
  local number, rest = el.text:match "^(%d+)%.(.*)$"
  local sign, after = el.text:match "^([-+/=]+)(.*)$"
  if number and (rest == "" or rest:match "^%s") then
    return List { raw(number .. "\\."), pandoc.Str(rest) }
  elseif sign and (after == "" or after:match "^%s") then
    return List { raw((sign:gsub(".", "\\%0"))), pandoc.Str(after) }
  end
end

local function dissolve_span(el)
  if TYPST and el.identifier == "" and #el.classes == 0 then return el.content end
end

vl.FINAL = { Quoted = quotes, Str = not_markup, Span = dissolve_span }

vl.references, vl.link = references, link
