"""Errors: the answers Stripe gives when it declines to do something, in its shape and its words."""

from storefront.sandbox.state import Row


class ApiError(Exception):
    """A known failure. `saved` says that execution had begun, so an idempotent replay gets the same failure again."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        saved: bool = False,
        should_retry: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.kind = kind
        self.saved = saved
        self.should_retry = should_retry

    def body(self) -> Row:
        error: Row = {"type": self.kind, "message": self.message}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = "https://stripe.com/docs/error-codes/" + self.code.replace("_", "-")
        if self.param:
            error["param"] = self.param
        return {"error": error}


def no_such(what: str, row_id: str, *, param: str = "id") -> ApiError:
    return ApiError(404, f"No such {what}: '{row_id}'", code="resource_missing", param=param)


def unknown_parameter(*names: str) -> ApiError:
    plural = "s" if len(names) > 1 else ""
    return ApiError(
        400, f"Received unknown parameter{plural}: {', '.join(names)}", code="parameter_unknown", param=names[0]
    )


def missing_parameter(name: str) -> ApiError:
    return ApiError(400, f"Missing required param: {name}.", code="parameter_missing", param=name)


def invalid_parameter(name: str, message: str, *, code: str | None = None) -> ApiError:
    return ApiError(400, message, code=code, param=name)


def not_offered(name: str) -> ApiError:
    """Real Stripe could do it; failing loudly is better than a stand-in that quietly ignores it."""
    return ApiError(400, f"The stand-in does not offer `{name}`.", code="sandbox_unsupported", param=name)


def conflict(message: str, code: str | None = None) -> ApiError:
    return ApiError(400, message, code=code, saved=True)


def server_error() -> ApiError:
    return ApiError(
        500, "An unknown error occurred. (This is a fault the stand-in was told to produce.)", kind="api_error"
    )
