#!/bin/bash
# Run once, when the data volume is new: two databases, and a login for each who needs one. Nobody but the migrations owns
# a table of Tenantry, so what the services run as cannot step around row-level security.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$TENANTRY_OWNER_PASSWORD" \
  --set app_password="$TENANTRY_APP_PASSWORD" \
  --set spicedb_password="$SPICEDB_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE tenantry_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE tenantry_runtime NOLOGIN;
GRANT tenantry_runtime TO tenantry_owner WITH ADMIN OPTION;
CREATE ROLE tenantry_app LOGIN PASSWORD :'app_password' IN ROLE tenantry_runtime;
CREATE ROLE spicedb LOGIN PASSWORD :'spicedb_password';
CREATE DATABASE tenantry OWNER tenantry_owner;
CREATE DATABASE spicedb OWNER spicedb;
REVOKE CONNECT ON DATABASE tenantry, spicedb FROM PUBLIC;
GRANT CONNECT ON DATABASE tenantry TO tenantry_app;
SQL
