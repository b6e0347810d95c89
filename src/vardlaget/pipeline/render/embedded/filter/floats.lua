-- Figures, tables, images and formulas.

local vl = ...
local List = pandoc.List
local HTML, TYPST, raw, rawblock, fail = vl.HTML, vl.TYPST, vl.raw, vl.rawblock, vl.fail
local unsupported, escape, quoted = vl.unsupported, vl.escape, vl.quoted
local resolved, plain = vl.resolved, vl.plain
local register, next_number, kind_of, label = vl.register, vl.next_number, vl.kind_of, vl.label

-- ---------------------------------------------------------------- images

local MIME = { svg = "image/svg+xml", png = "image/png", jpg = "image/jpeg",
  jpeg = "image/jpeg", gif = "image/gif", webp = "image/webp" }

local function normalised(path)
  local parts = List {}
  for part in path:gmatch "[^/]+" do
    if part == ".." then
      if #parts == 0 then return nil end
      parts:remove()
    elseif part ~= "." then
      parts:insert(part)
    end
  end
  return table.concat(parts, "/")
end

local function project_path(src)
  local path = src:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  return normalised(path:sub(1, 1) == "/" and path or vl.context.folder .. "/" .. path)
end

local function file_content(path)
  local file = path and io.open(vl.context.root .. "/" .. path, "rb")
  local content = file and file:read "a"
  if file then file:close() end
  return content
end

local function alt_of(image)
  return resolved(image.attributes["fig-alt"] or image.attributes.alt or "")
end

local function width_of(image)
  local width = image.attributes.width
  if not width then return "" end
  local number, unit = width:match "^([%d.]+)(%a*%%?)$"
  local points = ({ [""] = 0.75, px = 0.75, pt = 1, mm = 2.83465, cm = 28.3465, ["in"] = 72 })[unit]
  if unit == "%" then
    return HTML and (' width="' .. width .. '"') or (", width: " .. width)
  elseif points then
    return HTML and string.format(' width="%d"', math.floor(number * points / 0.75 + 0.5))
      or string.format(", width: %.2fpt", number * points)
  end
  unsupported("width=" .. width, "width '" .. width .. "'")
  return ""
end

local function image_code(image, alt)
  local src = image.src
  if src:match "^%a[%w+.-]*:" then
    unsupported(src, "an image from elsewhere ('" .. src .. "')")
    return ""
  end
  local path = project_path(src)
  local content = file_content(path)
  local mime = MIME[(src:match "%.(%w+)$" or ""):lower()]
  if not content then
    fail("](" .. src, "image '" .. src .. "' does not exist in the project")
  elseif not mime then
    unsupported("](" .. src, "image type of '" .. src .. "'")
  elseif alt == "" then
    fail("](" .. src, "image '" .. src .. "' has no alternative text: add fig-alt=\"…\"")
  elseif HTML then
    return '<img src="' .. pandoc.mediabag.make_data_uri(mime, content) .. '" alt="'
      .. escape(alt) .. '"' .. width_of(image) .. ">"
  else
    return "image(" .. quoted("/" .. path) .. ", alt: " .. quoted(alt) .. width_of(image) .. ")"
  end
  return ""
end

local function inline_image(image)
  local alt = alt_of(image)
  if alt == "" then alt = plain(image.caption) end
  local code = image_code(image, alt)
  return raw(HTML and code or "#box(" .. code .. ")"), false
end

-- ---------------------------------------------------------------- floats

local function html_float(id, kind, content, caption)
  local inlines = List { raw "<figcaption>" } .. caption .. { raw "</figcaption>" }
  local parts = List { pandoc.Plain(inlines) }
  if kind == "tbl" then parts = parts .. content else parts = content .. parts end
  local open = id and ('<figure id="' .. escape(id) .. '" class="float ' .. kind .. '">')
    or '<figure class="figure">'
  return List { rawblock(open) } .. parts .. { rawblock "</figure>" }
end

local function typst_float(id, kind, content, caption)
  local position = kind == "tbl" and "top" or "bottom"
  local tail = id and string.format('kind: "quarto-float-%s", supplement: %s) <%s>', kind,
    quoted(vl.context.words[kind]), id) or 'kind: "vl-plain", supplement: none, numbering: none)'
  local close = List { raw("], caption: figure.caption(position: " .. position .. ", [") }
    .. caption .. { raw("]), " .. tail) }
  return List { rawblock "#figure([" } .. content .. { pandoc.Plain(close) }
end

local function float(id, kind, content, caption)
  if not id then
    return (HTML and html_float or typst_float)(nil, kind, content, caption)
  end
  local number = vl.index[id].number
  if TYPST then return typst_float(id, kind, content, caption) end
  local head = List { pandoc.Str(label(kind, number) .. ":"), pandoc.Space() }
  return html_float(id, kind, content, head .. caption)
end

local function float_parts(div)
  local blocks = List(div.content)
  local last = blocks[#blocks]
  if #blocks == 1 and last.t == "Table" and #last.caption.long > 0 then
    local caption = pandoc.utils.blocks_to_inlines(last.caption.long)
    last.caption = { long = {} }
    return List { last }, caption
  elseif #blocks == 1 and last.t == "Figure" then
    return List { pandoc.Plain(last.content[1].content) },
      pandoc.utils.blocks_to_inlines(last.caption.long)
  elseif #blocks > 1 and last.t == "Para" then
    blocks:remove()
    return blocks, last.content
  end
  fail("#" .. div.identifier, "'" .. div.identifier .. "' has no caption: "
    .. "write it as the last paragraph")
  return blocks, List {}
end

local function float_div(div, kind)
  register(div.identifier, kind, next_number(kind))
  local content, caption = float_parts(div)
  for _, class in ipairs { "Div", "Figure", "Table" } do
    pandoc.Blocks(content):walk { [class] = function(el)
      if kind_of(el.identifier) then
        unsupported("#" .. el.identifier, "a figure or table within another")
      end
    end }
  end
  caption = vl.convert({ pandoc.Plain(caption) })[1].content
  return float(div.identifier, kind, vl.convert(content), caption)
end

local function figure(el)
  local image = el.content[1].content and el.content[1].content[1]
  if not image or image.t ~= "Image" then return nil end
  local caption = pandoc.utils.blocks_to_inlines(el.caption.long)
  local alt = alt_of(image)
  local kind = kind_of(el.identifier)
  if kind then register(el.identifier, kind, next_number(kind)) end
  local code = image_code(image, alt ~= "" and alt or plain(caption))
  local content = List { pandoc.Plain { raw(HTML and code or "#" .. code) } }
  caption = vl.convert({ pandoc.Plain(caption) })[1].content
  return float(kind and el.identifier, kind or "fig", content, caption), false
end

-- pandoc's own formula would have no alternative text, which PDF/UA demands.
local function math_code(el)
  if HTML then return nil end
  local code = pandoc.write(pandoc.Pandoc { pandoc.Plain { el } }, "typst"):gsub("%s+$", "")
  return raw("#math.equation(block: " .. tostring(el.mathtype == "DisplayMath") .. ", alt: "
    .. quoted(el.text) .. ", " .. code .. ")")
end

-- Widths and alignments become classes: the page allows no inline style.
local ALIGN = { AlignLeft = "left", AlignRight = "right", AlignCenter = "center" }

local function align_by_class(tbl)
  local names = List {}
  for i, spec in ipairs(tbl.colspecs) do names[i] = ALIGN[spec[1]] end
  tbl.colspecs = tbl.colspecs:map(function() return { pandoc.AlignDefault, nil } end)
  local function align(rows)
    for _, row in ipairs(rows) do
      local column = 1
      for _, cell in ipairs(row.cells) do
        local name = ALIGN[cell.alignment] or names[column]
        cell.alignment = pandoc.AlignDefault
        if name then cell.classes:insert("align-" .. name) end
        column = column + cell.col_span
      end
    end
    return rows
  end
  tbl.head.rows, tbl.foot.rows = align(tbl.head.rows), align(tbl.foot.rows)
  for _, body in ipairs(tbl.bodies) do body.head, body.body = align(body.head), align(body.body) end
  return tbl
end

local function align_left(tbl)
  tbl.colspecs = tbl.colspecs:map(function(spec)
    return { spec[1] == "AlignDefault" and pandoc.AlignLeft or spec[1], spec[2] }
  end)
  tbl.classes:insert "typst:no-figure"
  return tbl
end

local function table_block(tbl)
  local kind, id = kind_of(tbl.identifier), tbl.identifier
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  if kind and #caption == 0 then fail("#" .. id, "'" .. id .. "' has no caption") end
  if kind then
    register(id, kind, next_number(kind))
    tbl.identifier = ""
  end
  tbl.caption = { long = {} }
  tbl = (HTML and align_by_class or align_left)(tbl)
  tbl = pandoc.Blocks({ tbl }):walk({ Image = inline_image, Math = math_code })[1]
  if #caption == 0 then return tbl, false end
  caption = vl.convert({ pandoc.Plain(caption) })[1].content
  return float(kind and id, "tbl", List { tbl }, caption), false
end

vl.inline_image, vl.figure, vl.float_div = inline_image, figure, float_div
vl.table_block, vl.math = table_block, math_code
vl.project_path, vl.file_content = project_path, file_content
