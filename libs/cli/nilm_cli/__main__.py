"""`python -m nilm_cli`: the same as `nilm`."""

from nilm_cli.main import main

main()
