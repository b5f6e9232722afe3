import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["uploads", "variants", "keeping"])
def test_taking_an_upload_touches_no_pixels_in_the_web_process(module):
    heavy = "numpy, scipy, PIL, botocore, resvg_py"
    script = f"import sys, storefront.media.{module}; print([m for m in '{heavy}'.split(', ') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
