"""The one failure that a person is told about."""


class Refused(Exception):
    """The rule said no. The person is shown the sentence as it stands: page (422), JSON, command line."""

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)
