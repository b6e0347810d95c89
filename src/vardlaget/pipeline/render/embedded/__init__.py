"""The embedded render engine: pandoc and Typst, the engines inside Quarto, without Quarto.

It reads the same project as Quarto does. A construct it does not support is a `RenderError`
that names file and line; nothing is left out quietly.
"""

from vardlaget.pipeline.render.embedded.engine import render

__all__ = ["render"]
