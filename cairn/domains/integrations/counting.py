"""What an import counts. The numbers move in the transaction that settles the rows."""

import msgspec


class Counts(msgspec.Struct):
    """`refused` rows are in the file of errors; `kept` counts consents that did not hold against what was known;
    `joined` memberships that are new."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    refused: int = 0
    kept: int = 0
    joined: int = 0
    events: int = 0

    def add(self, other: "Counts") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
