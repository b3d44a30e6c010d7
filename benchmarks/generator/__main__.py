"""Fills the database of an address; see the package."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time

import django

import benchmarks.generator


def main() -> int:
    parser = argparse.ArgumentParser(
        description=benchmarks.generator.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", choices=("S", "M", "L"), default="S")
    parser.add_argument("--database-url", default=os.environ.get("DATABASE_URL"), help="else DATABASE_URL")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if not asked.database_url:
        parser.error("--database-url is missing")
    os.environ["DATABASE_URL"] = asked.database_url
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coopportal.settings")
    django.setup()
    from benchmarks.generator.filling import SCALES, NotEmptyError, fill

    begin = time.perf_counter()
    try:
        counts = fill(*SCALES[asked.scale], seed=asked.seed)
    except NotEmptyError as error:
        print(error, file=sys.stderr)
        return 1
    for table, number in counts.items():
        print(f"{number:>10,}  {table}")
    print(f"{time.perf_counter() - begin:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
