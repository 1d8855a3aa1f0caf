"""How publishing fails: each a cause, all of them with the exit code of publishing."""

from pipeline.core.errors import AnnexeError, ExitCode
from pipeline.publish.model import Trouble


class PublishError(AnnexeError):
    """Publishing failed; what was published before stays as it was, unless the message says otherwise."""

    exit_code = ExitCode.PUBLISHING_FAILED
    #: What to do about an error of this kind, where nothing better is known.
    usual_remedy = "run `annexe verify` to see how the site stands, then publish again"

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy or self.usual_remedy
        super().__init__(f"{message}; {self.remedy}")


class TroubleError(PublishError):
    """A site refuses, can't be reached or answers oddly.

    With `is_whole_site` nothing else can be done there either; else it is about one post or file.
    """

    def __init__(self, trouble: Trouble, *, is_whole_site: bool = False) -> None:
        super().__init__(trouble.message, trouble.remedy)
        self.trouble = trouble
        self.is_whole_site = is_whole_site


class FateUnknownError(PublishError):
    """A write was sent and no answer came: it may have happened or not, so look before doing it again."""

    usual_remedy = "publish again: the site is looked at first, and nothing is done twice"


class ChangedMeanwhileError(PublishError):
    """Somebody else changed the post between our look and our write; nothing of theirs was overwritten."""

    usual_remedy = "look at the new plan, and publish again"


class ContendedError(PublishError):
    """Somebody undoes what this run does as often as it does it; it gave way, so that one of the two comes to an end."""

    usual_remedy = (
        "see which machine or person publishes the same post, let one of them do it, then publish again"
    )


class OvertookError(ChangedMeanwhileError):
    """Somebody saved the post in the moment between our last look and our write, and ours came after theirs.

    What we linked may be gone by their doing, so that the post is looked at again before anybody is told.
    """
