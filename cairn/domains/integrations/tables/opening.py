"""From a stored file to its plain bytes: gzip, xz, or the one table in a zip archive."""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any, Final, cast

from cairn.kernel.errors import Invalid

COMPRESSIONS: Final = {".gz": "gz", ".xz": "xz", ".zip": "zip"}
MAGIC: Final = ((b"\x1f\x8b", "gz"), (b"\xfd7zXZ\x00", "xz"))
# Of an archive this large nobody means all of it; a few kilobytes can be made to unpack to any size.
MOST_BYTES: Final = 16 << 30


def compression_of(source: IO[bytes], filename: str) -> tuple[str, str]:
    """The file's name without the ending of its compression, and that compression."""
    source.seek(0)
    head = source.read(6)
    for name in (filename, filename.lower()):
        for ending, compression in COMPRESSIONS.items():
            if name.endswith(ending):
                return filename[: -len(ending)], compression
    return filename, next((kind for magic, kind in MAGIC if head.startswith(magic)), "")


def inner_name(source: IO[bytes], compression: str) -> str:
    """The name of the table inside a zip archive; empty for all else."""
    return "" if compression != "zip" else member(archive(source)).filename


def archive(source: IO[bytes]) -> zipfile.ZipFile:
    source.seek(0)
    try:
        return zipfile.ZipFile(source)
    except zipfile.BadZipFile:
        raise Invalid("The zip archive is damaged.", pointer="/data/attributes/file") from None


def member(packed: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The largest file of an archive that is no hidden one."""
    files = [one for one in packed.infolist() if not one.is_dir() and not one.filename.startswith(("__MACOSX", "."))]
    if not files:
        raise Invalid("The zip archive holds no file.", pointer="/data/attributes/file")
    return max(files, key=lambda one: one.file_size)


@contextmanager
def opened(source: IO[bytes], compression: str) -> Iterator[IO[bytes]]:
    """The plain bytes from their beginning. Raises Invalid where they cannot be unpacked."""
    source.seek(0)
    with ExitStack() as stack:
        try:
            if compression:
                yield io.BufferedReader(Bounded(stack.enter_context(unpacked(source, compression))), 1 << 18)
            else:
                yield source
        except (gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Invalid(f"The file cannot be unpacked: {error}.", pointer="/data/attributes/file") from error


def unpacked(source: IO[bytes], compression: str) -> IO[bytes]:
    if compression == "gz":
        return cast(IO[bytes], gzip.GzipFile(fileobj=source))
    if compression == "xz":
        return lzma.LZMAFile(source)
    packed = archive(source)
    table = member(packed)
    if table.flag_bits & 1:
        raise Invalid("The zip archive has a password: pack it without one.", pointer="/data/attributes/file")
    return packed.open(table)


class Bounded(io.RawIOBase):
    """A stream that ends with an error where it has given more than anybody means to import."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        piece = self._inner.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise Invalid("The file unpacks to more than 16 GB.", pointer="/data/attributes/file")
        buffer[: len(piece)] = piece
        return len(piece)
