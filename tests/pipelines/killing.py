"""Scripts that run the command, and kill it at a rename: every file of a store appears by one."""

# Arguments: what the new name holds, "before" or "after" the rename, then those of the command.
KILL_AT_NAME = """
import os, signal, sys
real, wanted, first = os.replace, sys.argv.pop(1), sys.argv.pop(1) == "before"

def replace(source, target):
    if wanted in target and first:
        os.kill(os.getpid(), signal.SIGKILL)
    real(source, target)
    if wanted in target:
        os.kill(os.getpid(), signal.SIGKILL)

os.replace = replace
from pipelines.cli import main
sys.exit(main())
"""

# Arguments: N, then those of the command. Kills at the N-th rename; with N = 0 counts them.
KILL_AT_NUMBER = """
import os, signal, sys
real, left = os.replace, int(sys.argv.pop(1))

def replace(source, target):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(source, target)

os.replace = replace
from pipelines.cli import main
status = main()
print(-left)
sys.exit(status)
"""
