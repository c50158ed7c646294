"""The grammar of img2dcm's command line, statement by statement of its behaviour."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.conflicts import MutedUsageError
from img2dcm_decl.legacy.invocation import Invocation, parse
from img2dcm_decl.legacy.options import BY_NAME, OPTIONS, REMOVED
from img2dcm_decl.recipe.model import ImageEntry, Key, Recipe

if TYPE_CHECKING:
    from img2dcm_decl.legacy.option import Option

FILES = {"keys.txt": b"PatientID=fromfile", "empty.txt": b" \n"}
GOOD_VALUE = {"format": "BMP", "level": "info", "key": "PatientID=1", "file-pad": "4", "item-pad": "2"}


def read(name: str, most: int) -> bytes:
    try:
        return FILES[name][:most]
    except KeyError:
        raise FileNotFoundError(2, "No such file or directory", name) from None


def run(*argv: str, environ: dict[str, str] | None = None) -> Invocation:
    return parse(argv, environ=environ or {}, read=read, path_separator=":")


def recipe_of(*argv: str, environ: dict[str, str] | None = None) -> Recipe:
    recipe = run(*argv, environ=environ).recipe
    assert recipe is not None
    return recipe


def images(recipe: Recipe) -> list[str]:
    assert all(entry.exact for entry in recipe.inputs.images)
    return [entry.pattern for entry in recipe.inputs.images]


def given_values(option: Option) -> list[str]:
    return [GOOD_VALUE.get(name, "x.dcm") for name in option.values]


def needed(option: Option) -> list[str]:
    return ["-dx", "t.xml"] if option.subgroup == "XML validation" else []


def setting(recipe: Recipe, path: str) -> Any:
    value: Any = recipe
    for name in path.split("."):
        value = getattr(value, name)
    return value


@pytest.mark.parametrize("name", ["-", "+", "-5", "+3", "-9x", "@", "./--x", "in [1] *.jpg", "é.jpg"])
def test_what_is_no_option_is_a_file_name(name: str) -> None:
    assert recipe_of("a.jpg", name).output.file == name
    assert images(recipe_of(name, "o.dcm")) == ["./-" if name == "-" else name]


@pytest.mark.parametrize(
    "name", ["--", "--vers", "--verb", "--input-format=BMP", "-iBMP", "-vd", "--KEY", "-K", "-Ll", "+x", "-é"]
)
def test_options_are_matched_whole_and_by_case(name: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"Unknown option {name}")):
        run(name, "a.jpg", "o.dcm")


def test_a_misspelt_option_is_corrected() -> None:
    with pytest.raises(UsageError, match=r"^Unknown option --keep-app \(did you mean --keep-appn\?\)$"):
        run("--keep-app", "a.jpg", "o.dcm")


@pytest.mark.parametrize("name", sorted(REMOVED))
def test_options_of_earlier_versions_are_refused_with_a_hint(name: str) -> None:
    with pytest.raises(UsageError, match="earlier versions of img2dcm had it: leave it out"):
        run("a.jpg", "o.dcm", name)


def test_values_are_taken_whatever_they_look_like() -> None:
    assert recipe_of("-k", "-v", "a.jpg", "o.dcm").keys == (Key("-v"),)
    recipe = recipe_of("-df", "-v", "a.jpg", "o.dcm")
    assert recipe.sources.template is not None
    assert recipe.sources.template.file == "-v"
    assert recipe.logging.level == "warn"
    assert recipe_of("-k", "@keys.txt", "a.jpg", "o.dcm").keys == (Key("PatientID", "fromfile"),)


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.values], ids=lambda o: o.long)
@pytest.mark.parametrize("short", [False, True])
def test_missing_values_are_reported_by_the_long_name(option: Option, short: bool) -> None:
    for missing in range(1, len(option.values) + 1):
        values = given_values(option)[missing:]
        with pytest.raises(UsageError, match=f"^Missing value for option {option.long}$"):
            run("a.jpg", "o.dcm", option.short if short else option.long, *values)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["-v"], "Missing parameter imgfile-in"),
        (["@empty.txt", "-v"], "Missing parameter imgfile-in"),
        (["a.jpg"], "Missing parameter dcmfile-out"),
        (["-k", "in.jpg", "out.dcm"], "Missing parameter dcmfile-out"),
        (["+p", "4", "a.jpg", "o.dcm"], "Missing parameter dcmfile-out"),
        (["", "o.dcm"], "Invalid parameter imgfile-in: the name of image 1 is empty"),
        (["a.jpg", "", "o.dcm"], "Invalid parameter imgfile-in: the name of image 2 is empty"),
        (["a.jpg", ""], "Invalid parameter dcmfile-out: the file name is empty"),
        (["@missing.txt"], "Cannot open command file 'missing.txt': No such file or directory"),
        (["-zz", "-k"], "Unknown option -zz (--help lists the options; a file of this name needs ./ before it)"),
        (["--help", "-zz"], "Unknown option -zz (--help lists the options; a file of this name needs ./ before it)"),
        (["-zz", "--help"], "Unknown option -zz (--help lists the options; a file of this name needs ./ before it)"),
        (["-h", "-k"], "Missing value for option --key"),
        (["-zz", "@missing.txt"], "Cannot open command file 'missing.txt': No such file or directory"),
        (["-ll", "info", "-v", "a", "o"], "--log-level not allowed with --verbose, --debug or --quiet"),
        (["-q", "-ll", "loud", "a", "o"], "--log-level not allowed with --verbose, --debug or --quiet"),
        (["-lc", "f", "-ll", "info", "a", "o"], "--log-config not allowed with --log-level"),
        (["-lc", "f", "-d", "a", "o"], "--log-config not allowed with --verbose, --debug or --quiet"),
        (["-dx", "x", "-df", "y", "a", "o"], "--dataset-from-xml not allowed with --dataset-from"),
        (["-df", "y", "-dx", "x", "a", "o"], "--dataset-from-xml not allowed with --dataset-from"),
        (["+Vd", "a", "o"], "--validate-document only allowed with --dataset-from-xml"),
        (["+Vn", "-df", "t", "a", "o"], "--check-namespace only allowed with --dataset-from-xml"),
        (["-F", "+p", "4", "4", "a", "o"], "--padding-create not allowed with --write-dataset"),
        (["+p", "4", "4", "a", "o", "-F"], "--padding-create not allowed with --write-dataset"),
        (["-df", "", "a", "o"], "Invalid value for option --dataset-from: the file name is empty"),
    ],
)
def test_wrong_lines_are_refused_with_the_first_reason(argv: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(*argv)
    assert str(caught.value) == message
    assert caught.value.exit_code == 2
    assert not isinstance(caught.value, MutedUsageError)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--log-level", value) for value in ("", "loud", "notset", "warning", "info ")),
        *(("--input-format", value) for value in ("", "bmp", "jpeg", "-BMP", "PNG", "JPEG ")),
        *(("--padding-create", value) for value in ("", "x", "4x", "0x10", "-1", "1.5", "1048577", "9" * 5000, "٤")),
    ],
)
def test_values_that_mean_nothing_are_refused(option: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"^Invalid .*{option}") as caught:
        run(option, value, *["1"] * (len(BY_NAME[option].values) - 1), "a.jpg", "o.dcm")
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)


def test_the_first_padding_value_is_checked_first() -> None:
    with pytest.raises(UsageError, match=r"\(x\)"):
        run("+p", "x", "y", "a.jpg", "o.dcm")


def test_the_input_format_is_checked_before_the_padding_and_that_before_the_templates() -> None:
    with pytest.raises(UsageError, match="--input-format"):
        run("+p", "x", "1", "-i", "PNG", "a.jpg", "o.dcm")
    with pytest.raises(UsageError, match="--padding-create"):
        run("-df", "a", "-dx", "b", "+p", "x", "1", "a.jpg", "o.dcm")


@pytest.mark.parametrize("quiet", [["-q"], ["-ll", "fatal"], ["-ll", "OFF"]])
@pytest.mark.parametrize("wrong", [["+Vd"], ["-df", "a", "-dx", "b"], ["+p", "x", "1"]])
def test_a_line_that_asks_for_silence_gets_no_message_about_conflicts(quiet: list[str], wrong: list[str]) -> None:
    with pytest.raises(MutedUsageError):
        run(*quiet, *wrong, "a.jpg", "o.dcm")
    with pytest.raises(UsageError) as caught:
        run(*quiet, "-zz", "a.jpg", "o.dcm")
    assert not isinstance(caught.value, MutedUsageError)


@pytest.mark.parametrize(
    ("argv", "wants_help", "wants_version"),
    [
        ([], True, False),
        (["@empty.txt"], True, False),
        (["-h"], True, False),
        (["--help", "a.jpg", "o.dcm"], True, False),
        (["--version"], False, True),
        (["--version", "-h"], True, True),
        (["-h", "-df", "a", "-dx", "b"], True, False),
        (["--version", "-ll", "loud", "a.jpg"], False, True),
    ],
)
def test_help_and_version_skip_what_comes_after_the_grammar(
    argv: list[str], wants_help: bool, wants_version: bool
) -> None:
    invocation = run(*argv)
    assert (invocation.help, invocation.version, invocation.recipe) == (wants_help, wants_version, None)


def test_options_may_stand_anywhere() -> None:
    expected = recipe_of("-vlp", "-k", "PatientID=1", "-i", "BMP", "a", "b", "o")
    assert recipe_of("a", "-vlp", "b", "-i", "BMP", "o", "-k", "PatientID=1") == expected
    assert images(expected) == ["a", "b"]
    assert expected.output.file == "o"


def test_the_defaults_of_img2dcm_are_stated() -> None:
    recipe = recipe_of("a.jpg", "o.dcm")
    assert recipe.inputs.format == "jpeg"
    assert recipe.inputs.group_by == "all"
    assert recipe.output.existing == "replace"
    assert recipe.values == "as-written"
    assert (recipe.uids.study, recipe.uids.series) == ("run", "run")
    assert recipe.sop_class == "secondary-capture"
    assert recipe.folder == "."


@pytest.mark.parametrize("option", [o for o in OPTIONS if o.settings and not o.repeats], ids=lambda o: o.long)
@pytest.mark.parametrize("short", [False, True], ids=["long", "short"])
def test_an_option_sets_its_setting(option: Option, short: bool) -> None:
    name = option.short if short and option.short else option.long
    values = given_values(option)
    recipe = recipe_of(*needed(option), name, *values, "a.jpg", "o.dcm")
    for row in option.settings:
        assert setting(recipe, row.path) == row.of(option.long, tuple(values))
        place = recipe.place(*row.path.split("."))
        assert place is not None
        stated = place.text[place.column - 1 : place.column - 1 + place.width]
        assert stated == (values[row.argument] if row.read else name)


@pytest.mark.parametrize("option", [o for o in OPTIONS if not o.settings], ids=lambda o: o.long)
def test_an_option_without_a_setting_says_why(option: Option) -> None:
    assert option.command_only
    recipe = run(option.long, *given_values(option), "a.jpg", "o.dcm").recipe
    assert recipe in (None, recipe_of("a.jpg", "o.dcm"))


def test_every_name_is_used_once() -> None:
    names = [name for option in OPTIONS for name in (option.long, option.short) if name]
    assert len(names) == len(set(names)) == len(BY_NAME)


PAIRS = [
    pytest.param(left, right, id=f"{left.long}{right.long}")
    for left, right in itertools.permutations([o for o in OPTIONS if o.block and o.values != ("file",)], 2)
    if left.block == right.block
]


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_the_rightmost_of_a_block_wins(left: Option, right: Option) -> None:
    both = recipe_of(left.long, *given_values(left), "a.jpg", "o.dcm", right.long, *given_values(right))
    assert both == recipe_of(right.long, *given_values(right), "a.jpg", "o.dcm")


@pytest.mark.parametrize("option", [o for o in OPTIONS if o.values and not o.repeats], ids=lambda o: o.long)
def test_the_rightmost_value_wins(option: Option) -> None:
    values = given_values(option)
    twice = run(option.long, *["x.y"] * len(values), option.short, *values, "a.jpg", "o.dcm")
    once = run(option.short, *values, "a.jpg", "o.dcm")
    assert (twice.recipe, twice.log_config) == (once.recipe, once.log_config)


def test_study_and_series_source_exclude_each_other_from_the_right() -> None:
    sources = recipe_of("-stf", "s1", "-sef", "s2", "a", "o").sources
    assert (sources.study, sources.series) == (None, "s2")
    sources = recipe_of("-sef", "s2", "-stf", "s1", "a", "o").sources
    assert (sources.study, sources.series) == ("s1", None)


def test_padding_that_is_turned_off_is_not_looked_at() -> None:
    assert recipe_of("+p", "x", "1", "-p", "a", "o") == recipe_of("a", "o")
    assert recipe_of("-F", "+p", "4", "4", "-p", "a", "o") == recipe_of("-F", "a", "o")
    padding = recipe_of("-p", "+p", " 512", "+8", "a", "o").encoding.padding
    assert (padding.file, padding.item) == (512, 8)


@pytest.mark.parametrize("order", list(itertools.permutations(["--no-checks", "-i1", "+i2"])))
def test_without_checks_everything_is_left_wherever_the_option_stands(order: tuple[str, ...]) -> None:
    inference = recipe_of(*order, "a.jpg", "o.dcm").inference
    assert (inference.missing_type1, inference.missing_type2) == ("leave", "leave")


def test_inventing_and_inserting_are_chosen_separately() -> None:
    inference = recipe_of("-i1", "--do-checks", "a.jpg", "o.dcm").inference
    assert (inference.missing_type1, inference.missing_type2) == ("error", "insert")
    inference = recipe_of("-i2", "a.jpg", "o.dcm").inference
    assert (inference.missing_type1, inference.missing_type2) == ("invent", "error")


@pytest.mark.parametrize("order", [["-Ct", "-Cd"], ["-Cd", "-Ct"]])
def test_discarding_dominates_transliteration(order: list[str]) -> None:
    assert recipe_of(*order, "a.jpg", "o.dcm").sources.characters == "discard"


@pytest.mark.parametrize(
    ("argv", "level"),
    [
        ([], "warn"),
        (["-q"], "fatal"),
        (["-v"], "info"),
        (["-d"], "debug"),
        (["-q", "-v"], "info"),
        (["-ll", "loud", "-ll", "INFO"], "info"),
        (["-ll", "all"], "trace"),
        (["-ll", "Off"], "off"),
    ],
)
def test_the_log_level(argv: list[str], level: str) -> None:
    invocation = run(*argv, "a.jpg", "o.dcm")
    assert invocation.level == level
    assert invocation.recipe is not None
    assert invocation.recipe.logging.level == level


def test_the_rightmost_log_settings_file_is_handed_on() -> None:
    assert run("-lc", "a.cfg", "--log-config", "b.cfg", "a.jpg", "o.dcm").log_config == "b.cfg"
    assert run("a.jpg", "o.dcm").log_config is None


def test_the_arguments_are_handed_on_in_long_form() -> None:
    invocation = run("--arguments", "-k", "@keys.txt", "-k", "", "-k", "-v", "a.jpg", "o.dcm", "--arguments")
    assert invocation.arguments
    assert invocation.calling("img2dcm") == (
        "calling 'img2dcm' with 10 arguments: '--arguments' '--key' 'PatientID=fromfile' '--key' "
        "'--key' '-v' 'a.jpg' 'o.dcm' '--arguments' "
    )


def test_keys_keep_order_and_repetition_and_split_at_the_first_equals_sign() -> None:
    argv = ["-k", "B=1=2", "-k", "A", "-k", "", "-k", "B=", "-k", "=5", "-k", "A[0].C= x "]
    assert recipe_of(*argv, "a", "o").keys == (
        Key("B", "1=2"),
        Key("A"),
        Key("B"),
        Key("", "5"),
        Key("A[0].C", " x "),
    )


def test_dollar_signs_are_no_placeholders() -> None:
    recipe = recipe_of("-k", "PatientID=${index}$", "-df", "$T.dcm", "${i%.jpg}.jpg", "$OUT/$x.dcm")
    assert recipe.keys == (Key("PatientID", "$${index}$$"),)
    assert recipe.output.file == "$$OUT/$$x.dcm"
    assert recipe.inputs.images == (ImageEntry("$${i%.jpg}.jpg", exact=True),)
    assert recipe.sources.template is not None
    assert recipe.sources.template.file == "$$T.dcm"


def test_a_key_that_is_no_text_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--key \(PatientID=.*\): character 11 is no valid text"):
        run("-k", "PatientID=\udce9", "a.jpg", "o.dcm")


@pytest.mark.parametrize(
    ("value", "names"),
    [(None, ()), ("", ()), ("::", ()), ("x.dic", ("x.dic",)), ("::x.dic:", ("x.dic",)), ("a:b;c", ("a", "b;c"))],
)
def test_dictionaries_come_from_the_environment(value: str | None, names: tuple[str, ...]) -> None:
    environ = {} if value is None else {"DCMDICTPATH": value}
    assert run("a.jpg", "o.dcm", environ=environ).dictionaries == names
    assert recipe_of("a.jpg", "o.dcm", environ=environ).dictionaries == names


def pointed(recipe: Recipe, *path: str | int) -> str:
    place = recipe.place(*path)
    assert place is not None
    assert (place.file, place.line) == ("command line", 1)
    return place.text[place.column - 1 : place.column - 1 + place.width]


def test_places_point_into_the_quoted_line() -> None:
    recipe = recipe_of("-k", "PatientName=O'Hara 'X'", "-df", "my t.dcm", "-k", "A", "-k", "=1", "a b.jpg", "$o")
    assert pointed(recipe, "keys", 0, "#name") == "PatientName"
    assert pointed(recipe, "keys", 0) == """O'"'"'Hara '"'"'X'"'"'"""
    assert pointed(recipe, "keys", 1) == pointed(recipe, "keys", 1, "#name") == "A"
    assert pointed(recipe, "keys", 2) == "1"
    assert pointed(recipe, "sources", "template") == "'my t.dcm'"
    assert pointed(recipe, "sources", "template", "#name") == "-df"
    assert pointed(recipe, "inputs", "images", 0) == "'a b.jpg'"
    assert pointed(recipe, "output") == "'$o'"
    assert pointed(recipe, "uids").startswith("-k ")


@pytest.mark.parametrize(
    ("argv", "note"),
    [
        (["-F", "+F"], "--write-dataset has no effect: --write-file stands right of it"),
        (["-stf", "a", "-sef", "b"], "--study-from a has no effect: --series-from b stands right of it"),
        (["-df", "a", "-df", "b"], "--dataset-from a has no effect: --dataset-from b stands right of it"),
        (["-k", ""], "--key has no effect: the key is empty"),
        (["--no-checks", "-i2"], "--no-type2-insert has no effect: --no-checks is given"),
        (["-i", "BMP", "-dp"], "--disable-progr has no effect: the images are BMP"),
        (["-Ct", "-Cd"], "--transliterate has no effect: --discard-illegal is given"),
    ],
)
def test_what_has_no_effect_is_noted(argv: list[str], note: str) -> None:
    assert run(*argv, "a.jpg", "o.dcm").notes == (note,)


def test_what_has_an_effect_is_not_noted() -> None:
    argv = ["-F", "-F", "-k", "A", "-k", "A", "--do-checks", "-i2", "-i", "JPEG", "-dp", "-ka"]
    assert run(*argv, "a.jpg", "o.dcm").notes == ()


TOKENS = st.one_of(
    st.sampled_from(sorted(BY_NAME)), st.sampled_from(["@keys.txt", "@empty.txt", "@no", "@", "a.jpg"]), st.text()
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=12))
def test_any_argument_list_is_understood_or_refused_in_one_line(argv: list[str]) -> None:
    try:
        invocation = run(*argv)
    except UsageError as error:
        message = str(error)
    else:
        message = " ".join(invocation.notes)
        assert (invocation.recipe is None) == (invocation.help or invocation.version)
        assert invocation.recipe is None or invocation.recipe.place("keys", 0) is not None
    assert "\n" not in message


CHOICES = [o for o in OPTIONS if o.group != "general options" and o.long not in ("--dataset-from", "--write-dataset")]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CHOICES), st.booleans()), max_size=15), st.data())
def test_lists_made_from_the_table_are_understood_and_the_rightmost_wins(
    chosen: list[tuple[Option, bool]], data: st.DataObject
) -> None:
    groups = [[o.short if short and o.short else o.long, *given_values(o)] for o, short in chosen]
    for name in ("a.jpg", "b.jpg", "o.dcm"):
        groups.insert(data.draw(st.integers(0, len(groups))), [name])
    recipe = recipe_of("-dx", "t.xml", *itertools.chain(*groups))
    last = {option.slot: option for option, _ in chosen}
    for option in last.values():
        overruled = option.long != "--no-checks" and any(
            other is not option and {s.path for s in other.settings} & {s.path for s in option.settings}
            for other in last.values()
        )
        if not option.repeats and not overruled:
            for row in option.settings:
                assert setting(recipe, row.path) == row.of(option.long, tuple(given_values(option)))
    assert len(recipe.keys) == sum(option.repeats for option, _ in chosen)
