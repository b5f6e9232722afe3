"""`make words`: gathers every message of the source into the translators' files and tells what each language lacks."""

import sys

from wording.catalogues import TRANSLATED, brought_up_to_date, faults, missing, read, write
from wording.gathering import messages


def main():
    wanted = messages()
    for language in TRANSLATED:
        catalogue = brought_up_to_date(read(language), wanted)
        write(catalogue)
        lacking = missing(catalogue, wanted)
        for message in lacking:
            sys.stdout.write(f"{language}: {message.text!r} ({', '.join(sorted(message.places))})\n")
        for fault in faults(catalogue, wanted):
            if not fault.endswith("is not translated"):
                sys.stdout.write(f"{language}: {fault}\n")
        sys.stdout.write(f"{language}: {len(wanted) - len(lacking)} of {len(wanted)} messages have words\n")


if __name__ == "__main__":
    main()
