"""What the BigQuery dialect of sqlglot has against statements.

Standard input holds JSON: `schema`, the columns with their types by table; `statements`, in the order in which they would be
run, each with `name`, `sql`, and `table`, which later ones may then read, or null; `definitions`, texts of any number of statements that are
only parsed, each with `name` and `sql`. Prints one JSON object: `version` of sqlglot, and `faults` by name.
"""

import json
import sys

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema
from sqlglot.tokens import TokenType

DIALECT = "bigquery"

# https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#reserved_keywords
RESERVED = set(
    """ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS CUBE CURRENT
    DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE FETCH FOLLOWING FOR FROM FULL GROUP
    GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP MERGE
    NATURAL NEW NO NOT NULL NULLS OF ON OR ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE RESPECT RIGHT
    ROLLUP ROWS SELECT SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW WITH
    WITHIN""".split()
)

# Functions of BigQuery that sqlglot has no class for.
KNOWN = {"FARM_FINGERPRINT"}


def parse(sql):
    """The statements of the text, whole: sqlglot passes over what it does not know by calling it a command."""
    trees = [tree for tree in sqlglot.parse(sql, read=DIALECT, error_level=sqlglot.ErrorLevel.RAISE) if tree]
    for tree in trees:
        if isinstance(tree, exp.Command) or tree.find(exp.Command):
            raise SqlglotError(f"not understood: {tree.sql(DIALECT)[:80]}")
        for call in tree.find_all(exp.Anonymous):
            if call.name.upper() not in KNOWN:
                raise SqlglotError(f"no function of BigQuery: {call.name}")
        for identifier in tree.find_all(exp.Identifier):
            if not identifier.quoted and identifier.name.upper() in RESERVED:
                raise SqlglotError(f"a reserved word as a name: {identifier.name}")
    return trees


def check_subset(sql):
    """What jobs/sql leaves out because DuckDB reads it otherwise."""
    for token in sqlglot.tokenize(sql, read=DIALECT):
        if token.token_type == TokenType.IDENTIFIER:
            raise SqlglotError(f"a quoted name: {token.text}")
        if token.token_type == TokenType.STRING and sql[token.start] == '"':
            raise SqlglotError(f"double quotes: {token.text}")
        if token.token_type == TokenType.STRING and "\\" in sql[token.start : token.end + 1]:
            raise SqlglotError(f"a backslash: {token.text}")


def columns_of(sql, schema):
    """The columns of the result with their types. Rejects names that are in no table, or in several."""
    trees = parse(sql)
    if len(trees) != 1:
        raise SqlglotError(f"expected one statement, got {len(trees)}")
    tree = annotate_types(qualify(trees[0], schema=schema, dialect=DIALECT), schema=schema, dialect=DIALECT)
    return {select.alias_or_name: select.type.sql(DIALECT) for select in tree.selects}


def main():
    asked = json.load(sys.stdin)
    faults = {}
    schema = MappingSchema(asked["schema"], dialect=DIALECT)
    for statement in asked["statements"]:
        try:
            check_subset(statement["sql"])
            columns = columns_of(statement["sql"], schema)
            if statement["table"]:
                schema.add_table(statement["table"], columns, dialect=DIALECT)
        except SqlglotError as error:
            faults[statement["name"]] = str(error)
    for definition in asked["definitions"]:
        try:
            parse(definition["sql"])
        except SqlglotError as error:
            faults[definition["name"]] = str(error)
    json.dump({"version": sqlglot.__version__, "faults": faults}, sys.stdout)


if __name__ == "__main__":
    main()
