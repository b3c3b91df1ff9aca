"""Failures a person can see: the code, the sentence, what to do about it."""

VALIDATION = "VALIDATION_ERROR"
NOT_FOUND = "NOT_FOUND"
POLICY = "PYTHON_POLICY_VIOLATION"
EXECUTION = "PYTHON_EXECUTION_ERROR"
TIMEOUT = "RUNNER_TIMEOUT"
RESOURCE = "RUNNER_RESOURCE_EXCEEDED"
INTERNAL = "RUNNER_INTERNAL_ERROR"


class Fault(Exception):
    """A failure with its code. Details are for programs."""

    def __init__(self, code, message, hint="", **details):
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
        self.details = {k: v for k, v in details.items() if v is not None}

    def to_json(self):
        out = {"code": self.code, "message": self.message}
        if self.hint:
            out["hint"] = self.hint
        if self.details:
            out["details"] = self.details
        return out


def internal():
    """Something is wrong on this side. The cause is on standard error."""
    return Fault(
        INTERNAL,
        "Something went wrong inside the Python sandbox.",
        "Try again. If it happens again, an administrator finds the cause in Leo's log.",
    )


def timeout(budget_ms):
    return Fault(
        TIMEOUT,
        f"The code did not finish within {budget_ms / 1000:g} s.",
        "Filter or aggregate earlier, use pandas operations on whole columns instead of loops, or raise the limit.",
        timeout_ms=budget_ms,
    )


def out_of_memory():
    return Fault(
        RESOURCE,
        "The code needs more memory than it may use.",
        "Filter earlier, aggregate, or keep fewer copies of the data.",
        resource="memory",
    )
