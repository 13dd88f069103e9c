"""The application's database: one connection per process that stays open between requests, as Django's CONN_MAX_AGE
keeps it. A session that is lost costs one failed request; the next request connects anew."""

import time

import psycopg2
import psycopg2.extras


class Database:
    def __init__(self, settings):
        self.settings = settings
        self.max_age = settings.get("CONN_MAX_AGE", 300)
        self.connection = None
        self.opened = 0.0
        self.columns = {}

    def connect(self):
        if self.connection is not None and time.monotonic() - self.opened > self.max_age:
            self.drop()
        if self.connection is None:
            self.connection = psycopg2.connect(
                dbname=self.settings["NAME"],
                user=self.settings["USER"],
                password=self.settings["PASSWORD"],
                host=self.settings["HOST"],
                port=self.settings["PORT"] or None,
                connect_timeout=10,
            )
            self.connection.autocommit = True
            self.opened = time.monotonic()
            self.columns = {}
        return self.connection

    def drop(self):
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close()
            except psycopg2.Error:
                pass

    def rows(self, sql, parameters=()):
        """All rows of a statement, as dictionaries; an empty list for a statement that gives none."""
        try:
            with self.connect().cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.Error:
            if self.connection is not None and self.connection.closed:
                self.drop()
            raise

    def row(self, sql, parameters=()):
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    def together(self, work):
        """Runs work() in one transaction."""
        self.connect().autocommit = False
        try:
            result = work()
            self.connection.commit()
            return result
        except Exception:
            if self.connection is not None and not self.connection.closed:
                self.connection.rollback()
            raise
        finally:
            if self.connection is not None and not self.connection.closed:
                self.connection.autocommit = True

    def catalogue(self):
        """Column names by table. Read once per connection: releases of NetBox differ in tables and columns."""
        if not self.columns:
            found = {}
            for row in self.rows(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            ):
                found.setdefault(row["table_name"], set()).add(row["column_name"])
            self.columns = found
        return self.columns

    def has(self, table, column=None):
        columns = self.catalogue().get(table)
        return columns is not None and (column is None or column in columns)

    def first(self, *tables):
        """The first of these tables that this release has."""
        return next((table for table in tables if self.has(table)), tables[-1])
