"""What is installed once is not installed again; what changed is."""

import json

import environment
import pytest


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A made-up clone whose pip and npm only note that they were called."""
    (tmp_path / "requirements").mkdir()
    for level in environment.LEVELS:
        (tmp_path / "requirements" / f"{level}.txt").write_text(f"{level}==1")
    (tmp_path / "package-lock.json").write_text("{}")
    for name in ("node_modules", ".venv/bin"):
        (tmp_path / name).mkdir(parents=True)
    python = tmp_path / ".venv/bin/python"
    python.touch()
    for name, value in {"ROOT": tmp_path, "VENV": tmp_path / ".venv", "PYTHON": python}.items():
        monkeypatch.setattr(environment, name, value)
    monkeypatch.setattr(environment, "NODE_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(environment, "_make_venv", lambda: None)
    return tmp_path


@pytest.fixture
def pip(clone, monkeypatch):
    calls = []
    monkeypatch.setattr(environment, "_pip", lambda *words: calls.append(words[-1]) or True)
    return calls


def test_a_level_is_installed_once(pip):
    environment.install_python("base")
    environment.install_python("base")
    assert pip == ["requirements/base.txt"]


def test_a_higher_level_holds_the_lower_ones(pip):
    environment.install_python("dev")
    environment.install_python("test")
    environment.install_python("base")
    assert pip == ["requirements/dev.txt"]


def test_a_changed_lock_is_installed_anew_at_the_level_once_reached(pip, clone):
    environment.install_python("test")
    (clone / "requirements" / "base.txt").write_text("base==2")
    environment.install_python("base")
    assert pip == ["requirements/test.txt", "requirements/test.txt"]


def test_a_failed_installation_leaves_no_stamp(clone, monkeypatch):
    monkeypatch.setattr(environment, "_pip", lambda *words: False)
    with pytest.raises(environment.Trouble, match="nicht installieren"):
        environment.install_python("base")
    assert not (clone / ".venv" / ".installed.json").exists()


def test_a_python_without_ensurepip_is_told_the_name_of_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(environment.Trouble, match=r"apt install python3\.\d+-venv"):
        environment._make_venv()


@pytest.fixture
def npm(clone, tmp_path, monkeypatch):
    """An npm that notes its arguments and ends with the first number of `npm.ends`."""
    script = tmp_path / "npm"
    script.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\ntest ! -e {tmp_path}/broken\n')
    script.chmod(0o755)
    monkeypatch.setattr(environment, "_npm", lambda: [str(script)])
    return lambda: (tmp_path / "calls").read_text().splitlines()


def test_front_end_files_are_fetched_once_without_the_tools_of_the_tests(npm):
    environment.install_assets(with_tests=False)
    environment.install_assets(with_tests=False)
    assert [call.endswith("--omit=dev") for call in npm()] == [True]


def test_the_tests_fetch_theirs_and_keep_them(npm, clone):
    environment.install_assets(with_tests=False)
    environment.install_assets(with_tests=True)
    environment.install_assets(with_tests=False)
    assert [call.endswith("--omit=dev") for call in npm()] == [True, False]
    assert list(json.loads((clone / "node_modules" / ".installed.json").read_text())) == ["test"]


def test_without_front_end_files_the_set_up_goes_on(npm, clone, capsys):
    (clone / "broken").touch()
    environment.install_assets(with_tests=False)
    assert "Das Portal läuft ohne seine Gestaltung weiter." in capsys.readouterr().out
    assert not (clone / "node_modules" / ".installed.json").exists()
