import os
import re
import shutil
import subprocess

import pytest

from storefront import paths

MODULES = sorted((paths.STATIC / "js").glob("*.js"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_each_module_parses(module):
    node = shutil.which("node")
    if node is None and not os.environ.get("CI"):
        pytest.skip("node is not installed: the modules were NOT parsed")

    done = subprocess.run(
        [node, "--input-type=module", "--check"], input=module.read_bytes(), capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_each_module_imports_only_its_neighbours_and_makes_no_markup(module):
    script = module.read_text()

    imported = re.findall(r"(?:from|import) \"([^\"]+)\"", script)

    assert all((module.parent / name).is_file() for name in imported)
    assert re.findall(r"innerHTML|insertAdjacentHTML|document\.write|eval\(|https?://|\.style\b", script) == []
