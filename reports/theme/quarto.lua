-- For real Quarto, after its own filters (`at: post-quarto`); the embedded engine does not use it.
--
-- Quarto notes on each embedded cell the absolute path of its notebook, which would publish the
-- build folder and make every build differ. In Typst it wraps the cell in a block, which moves a
-- figure to the left; there the wrapper goes.

function Div(div)
  div.attributes["notebook"] = nil
  div.attributes["data-notebook"] = nil
  if FORMAT == "typst" and div.classes:includes("quarto-embed-nb-cell") then
    return div.content
  end
  return div
end
