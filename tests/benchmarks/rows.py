"""What is measured: the work, what does the same, what is aimed at, and what nobody could beat."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Work


class Target(NamedTuple):
    """What is aimed at beside one other side.

    Attributes
    ----------
    kind : str
        `faster`: at least so many times as fast; `slower`: at most so many times as long; `more`: at most so many
        milliseconds longer.
    amount : float
        How much.
    """

    kind: str
    amount: float


class Rival(NamedTuple):
    """Another side of a row.

    Attributes
    ----------
    name : str
        What the table calls it.
    work : Work
        What it runs.
    target : Target or None
        What is aimed at beside it.
    """

    name: str
    work: Work
    target: Target | None = None


class Row(NamedTuple):
    """A line of the table.

    Attributes
    ----------
    name : str
        By which it is selected.
    title : str
        What is done.
    inputs : tuple of str
        Names of what it reads, keys of `inputs.INPUTS`.
    ours : Work
        How img2dcm-decl does it.
    rivals : tuple of Rival
        How others do it.
    limit : Rival
        What the work cannot be quicker than.
    why : str
        Where the time between them goes.
    megabytes : int
        How much memory is aimed at, at most; 0 is no matter.
    recipe : dict or str or None
        The recipe, or the text of a wrong one, written as `NAME.yaml`.
    saved : bool
        Whether it is compiled before, to `NAME.json`.
    """

    name: str
    title: str
    inputs: tuple[str, ...]
    ours: Work
    rivals: tuple[Rival, ...]
    limit: Rival
    why: str
    megabytes: int = 0
    recipe: dict[str, object] | str | None = None
    saved: bool = False


_MANY = "looking for the end of each image, and the calls that make an output appear complete"
_LARGE = "starting Python, and looking for the end of the stream"
_PIXELS = "turning rows and colors round; the output has three bytes a pixel"
_FRAMES = "looking for the end of each frame before the first is copied, so that each is read twice"
_START = "loading the modules that run a plan"
_COMPILER = "loading PyYAML, pydicom's tables and the compiler"
_TEXT = "loading the libraries that read command lines and print"

_LOOP = 'for file in "$0"/*.jpg; do name=${file##*/}; img2dcm "$file" "out/${name%.jpg}.dcm"; done'
_XARGS = 'ls "$0" | xargs -P2 -I@ img2dcm "$0"/@ out/@.dcm'
_FRAMES_OF = 'img2dcm -nsc "$0"/*.jpg out/other.dcm'


class Programs(NamedTuple):
    """The installed commands, and the Python that they run in."""

    run: str
    decl: str
    python: str

    @classmethod
    def of(cls, folder: Path) -> Programs:
        """Return those in a folder."""
        return cls(str(folder / "img2dcm-run"), str(folder / "img2dcm-decl"), str(folder / "python"))


def rows(programs: Programs, share: int) -> list[Row]:
    """Return all rows.

    Parameters
    ----------
    programs : Programs
        What is measured.
    share : int
        Loops of img2dcm go over one in so many of 2,000 images.
    """
    return [*_many(programs, share), *_large(programs), *_frames(programs), *_single(programs)]


def _many(programs: Programs, share: int) -> list[Row]:
    tenth = {"80k": "80k", "10k": "10k"} if share == 1 else {"80k": "sample", "10k": "sample10k"}

    def row(name: str, title: str, folder: str, times: float, file: str = "", jobs: str = "1") -> Row:
        ours = Work((programs.run, "-q", "--jobs", jobs, file or f"{name}.json"))
        other = Work(("sh", "-c", _LOOP, tenth.get(folder, folder)), share if folder in tenth else 1)
        loop = Rival("loop of img2dcm", other, Target("faster", times))
        inputs = (folder, tenth.get(folder, folder))
        limit = Rival("cp -r", _copy(folder))
        return Row(name, title, inputs, ours, (loop,), limit, _MANY, recipe=recipe(f"{folder}/*.jpg"), saved=not file)

    many = row("many", "2,000 JPEGs of 80 KB, one process, saved plan", "80k", 50)
    workers = row("workers", "2,000 JPEGs of 80 KB, two workers, saved plan", "80k", 30, jobs="2")
    parallel = Work(("sh", "-c", _XARGS, tenth["80k"]), share)
    table = row("table", "the same, table and derived UIDs, recipe", "80k", 30, "table.yaml")
    return [
        many._replace(rivals=(*many.rivals, many.limit._replace(target=Target("slower", 2.2)))),
        workers._replace(rivals=(Rival("xargs -P2 img2dcm", parallel, Target("faster", 30)),)),
        table._replace(
            inputs=(*table.inputs, "table.csv"),
            recipe=recipe("80k/*.jpg") | _TABLE,
            why=f"{_MANY}, hashing each file, and {_COMPILER}",
        ),
        row("tiny", "2,000 JPEGs of 10 KB, saved plan", "10k", 70),
        row("photos", "200 JPEGs of 1.2 MB, saved plan", "1m", 12),
    ]


def _large(programs: Programs) -> list[Row]:
    return [
        _one(programs, "baseline", "1 JPEG of 56 MB, baseline", "baseline.jpg", 3, 40, _LARGE),
        _one(programs, "restart", "1 JPEG of 56 MB, restart markers", "restart.jpg", 3, 40, _LARGE),
        _one(programs, "progressive", "1 JPEG of 56 MB, progressive", "progressive.jpg", 3, 40, _LARGE),
        _one(programs, "color", "1 BMP of 144 MB, 24 bits", "color.bmp", 2.5, 64, _PIXELS),
        _one(programs, "gray", "1 BMP of 48 MB, 8 bits, gray", "gray.bmp", 4, 64, _PIXELS),
        _one(programs, "palette", "1 BMP of 48 MB, 8 bits, colors", "palette.bmp", 2.5, 64, _PIXELS),
    ]


def _one(programs: Programs, name: str, title: str, image: str, times: float, megabytes: int, why: str) -> Row:
    kind = ("-i", "BMP") if image.endswith(".bmp") else ()
    other = Work(("img2dcm", *kind, image, "out/other.dcm"))
    return Row(
        name,
        title,
        (image,),
        Work((programs.run, "-q", f"{name}.json")),
        (Rival("img2dcm", other, Target("faster", times)),),
        Rival("cp", _copy(image)),
        why,
        megabytes,
        recipe(image),
        True,
    )


def _frames(programs: Programs) -> list[Row]:
    found = []
    for name, title, folder, times in (
        ("frames", "2,000 frames of 80 KB in one object", "80k", 4),
        ("frames20", "20,000 frames of 80 KB in one object", "20000", 5),
    ):
        other = Work(("sh", "-c", _FRAMES_OF, folder))
        whole = Work(("sh", "-c", 'cat "$0"/*.jpg > out/copy', folder))
        frames = recipe(f"{folder}/*.jpg", sop_class="multiframe-secondary-capture", all_in_one=True)
        found.append(
            Row(
                name,
                title,
                ("80k", folder),
                Work((programs.run, "-q", f"{name}.json")),
                (Rival("img2dcm", other, Target("faster", times)),),
                Rival("cat", whole),
                _FRAMES,
                32,
                frames,
                True,
            )
        )
    return found


def _single(programs: Programs) -> list[Row]:
    bare = Rival("python -c pass", Work((programs.python, "-c", "pass")))
    library = Rival("import pydicom", Work((programs.python, "-c", "import pydicom")), Target("slower", 1.7))
    image = "sample/00000.jpg"
    other = Rival("img2dcm", Work(("img2dcm", image, "out/other.dcm")), Target("slower", 3))
    little = bare._replace(target=Target("more", 150))
    inputs = ("80k", "sample")

    def text(name: str, title: str, *arguments: str, code: int = 0, recipe: str | None = None) -> Row:
        return Row(
            name, title, inputs, Work((programs.decl, *arguments), code=code), (little,), bare, _TEXT, recipe=recipe
        )

    return [
        Row(
            "plan",
            "1 JPEG of 80 KB, saved plan",
            inputs,
            Work((programs.run, "-q", "plan.json")),
            (other,),
            bare,
            _START,
            recipe=recipe(image),
            saved=True,
        ),
        Row(
            "recipe",
            "1 JPEG of 80 KB, recipe",
            inputs,
            Work((programs.run, "-q", "recipe.yaml")),
            (library,),
            bare,
            _COMPILER,
            recipe=recipe(image),
        ),
        Row(
            "legacy",
            "1 JPEG of 80 KB, arguments of img2dcm",
            inputs,
            Work((programs.decl, "legacy", image, "out/ours.dcm")),
            (library,),
            bare,
            _COMPILER,
        ),
        text("help", "--help", "--help"),
        text("version", "--version", "--version"),
        text("options", "a wrong command line", "run", "--no-such-option", code=2),
        text(
            "syntax",
            "an error of YAML syntax",
            "run",
            "syntax.yaml",
            code=2,
            recipe="recipe: 1\ninputs: {images: [unfinished\n",
        ),
    ]


def _copy(name: str) -> Work:
    return Work(("cp", "-r", name, "out/copy"))


def recipe(images: str, *, all_in_one: bool = False, **others: object) -> dict[str, object]:
    """Return a recipe for images."""
    inputs = {"images": images, "group_by": "all" if all_in_one else "image"}
    return {"recipe": 1, "inputs": inputs, "output": "out/${image.stem}.dcm", **others}


_TABLE: dict[str, object] = {
    "table": {"file": "table.csv", "column": "File"},
    "keys": {
        "PatientID": "${row.ID}",
        "PatientName": "${row.Name:name(family, given)}",
        "PatientBirthDate": "${row.Born:date(%d.%m.%Y)}",
    },
    "uids": {"method": "derived", "key": "of the benchmark", "study": "${row.ID}", "series": "${row.ID}"},
}
