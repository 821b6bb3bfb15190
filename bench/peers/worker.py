"""What the workers in Python share; bench/src/ours.rs says what they are asked and what they answer."""

import sys
import time


def serve(name, render):
    """Answers on standard output what is asked on standard input; `render` makes a thumbnail's bytes from a picture's."""
    source = thumbnail = b""
    say(f"ready {name}, Python {sys.version.split()[0]}")
    for line in sys.stdin:
        command, _, argument = line.rstrip("\n").partition(" ")
        answer = ""
        try:
            if command == "load":
                with open(argument, "rb") as file:
                    source = file.read()
            elif command == "run":
                took = []
                for _ in range(int(argument)):
                    started = time.process_time_ns()
                    thumbnail = render(source)
                    took.append(str(time.process_time_ns() - started))
                answer = " ".join(took)
            elif command == "save":
                with open(argument, "wb") as file:
                    file.write(thumbnail)
            else:
                raise ValueError("not understood")
        # Whatever a library throws at a picture is its answer to it.
        except Exception as error:
            say("error " + " ".join(str(error).split()))
        else:
            say(f"ok {answer}")


def say(line):
    print(line, flush=True)
