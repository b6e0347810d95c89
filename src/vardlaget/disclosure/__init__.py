"""Small numbers: what stands on few people is not shown, and cannot be derived from what is.

See docs/disclosure.md for what is promised and what is not.
"""

from vardlaget.disclosure.guard import Exposure, exposed, hidden
from vardlaget.disclosure.policy import Policy, load_policy
from vardlaget.disclosure.protection import NOTE, protect

__all__ = ["NOTE", "Exposure", "Policy", "exposed", "hidden", "load_policy", "protect"]
