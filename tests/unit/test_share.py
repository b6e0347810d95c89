"""Files by way of a place that all machines reach."""

from pathlib import Path

import pytest

pytest.importorskip("fsspec", reason="the extra 'cluster' is missing")

from vardlaget.errors import InputError
from vardlaget.pipeline import share
from vardlaget.project import Project

HERE = Project(Path("/a/project"), Path("/b/data"), Path("/a/project/public"))


def test_what_is_put_is_got_and_gone_when_the_build_is_over():
    import fsspec

    with share.place("memory://nation/") as place:
        name = place.put(b"content")
        assert place.get(name) == b"content"
        with share.place("memory://nation/") as other, pytest.raises(share.ShareError):
            other.get(name)
    assert fsspec.filesystem("memory").find("nation") == []


def test_other_content_than_was_put_is_refused(tmp_path):
    with share.place(tmp_path.as_uri()) as place:
        name = place.put(b"content")
        next(tmp_path.glob(f"*/{name}")).write_bytes(b"other")
        with pytest.raises(share.ShareError, match="another file"):
            place.get(name)


def test_what_a_kinds_own_library_raises_is_told(monkeypatch):
    """botocore's errors, by way of s3fs, are no OSError."""
    from fsspec.implementations.memory import MemoryFileSystem

    class NoAnswer(Exception):
        pass

    def raises(*arguments, **more):
        raise NoAnswer("could not connect")

    monkeypatch.setattr(MemoryFileSystem, "makedirs", raises)
    with pytest.raises(share.ShareError, match="could not connect"):
        share.Place("memory://nation").make()


@pytest.mark.parametrize("url", ["carrier-pigeon://a", "gs://a"])
def test_a_kind_that_is_not_known_or_not_installed_is_refused(url):
    with pytest.raises(InputError, match="--share"), share.place(url):
        pass


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/a/project/notebooks/x.ipynb", "root:notebooks/x.ipynb"),
        ("/a/project/public/2024-02", "root:public/2024-02"),
        ("/b/data/agreements/y.yml", "data:agreements/y.yml"),
        ("/elsewhere/z", None),
    ],
)
def test_a_path_is_told_from_its_folder(path, place):
    roots = share.Roots.of(HERE)
    assert roots.place(Path(path)) == place
    there = share.Roots.below(Path("/there"))
    if place:
        assert there.path(place) == Path("/there") / place.replace(":", "/")


def test_a_call_has_the_paths_of_the_machine_that_unpacks_it():
    call = (Project, (HERE, {"plain": Path("/elsewhere/z")}))
    there = share.Roots.below(Path("/there"))
    function, (project, others) = there.unpacked(share.Roots.of(HERE).packed(call))
    assert function is Project
    assert project == Project(Path("/there/root"), Path("/there/data"), Path("/there/root/public"))
    assert others == {"plain": Path("/elsewhere/z")}


def test_a_message_has_the_paths_of_the_machine_that_tells_it():
    here, there = share.Roots.of(HERE), share.Roots.below(Path("/there"))
    told = here.told("kept in /there/root/build/x.ipynb, not /there/data/y.csv", there)
    assert told == "kept in /a/project/build/x.ipynb, not /b/data/y.csv"
