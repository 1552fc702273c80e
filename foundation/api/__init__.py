"""What the REST APIs of all rooms share."""

from foundation.api.pagination import CursorPages
from foundation.api.permissions import ActorPermission, ScopeMissing
from foundation.api.problems import problem, problem_details

__all__ = ["ActorPermission", "CursorPages", "ScopeMissing", "problem", "problem_details"]
