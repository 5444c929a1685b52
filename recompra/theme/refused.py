"""The one failure that a person is told about."""


class Refused(Exception):
    """The rule said no. The sentence is shown to the person as it stands: page (422), JSON and command line."""

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)
