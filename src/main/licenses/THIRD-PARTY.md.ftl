<#-- Makes THIRD-PARTY.md: the build compares it with the committed one (ThirdPartyIT). -->
# Third-party software

`harvester-aggregator.jar` contains the artifacts of this list, each with the licence that its authors declare in their POM. Where there
is a choice (`OR`), Harvester uses the first licence that has a text in the jar. The sources of each artifact are on Maven Central, under
the same coordinates.

The folder `META-INF/licenses` of the jar has the texts: one file per licence (`Apache-2.0.txt`), and one folder per artifact that brings
its own licence or notices (`commons-io/NOTICE.txt`).

| artifact | licence |
| --- | --- |
<#list dependencyMap as entry>
<#assign p = entry.getKey()>
| `${p.groupId}:${p.artifactId}:${p.version}` | ${entry.getValue()?join(" OR ")}<#if p.groupId == "io.zonky.test.postgres"> AND PostgreSQL</#if> |
</#list>

## Inside the artifacts

| artifact | contains | texts |
| --- | --- | --- |
| netty | parts of JSR-166, Webbit, SLF4J, Apache Harmony, jbzip2, libdivsufsort, JCTools, jfastlz, Protocol Buffers, HPACK, Commons Lang | `netty/` |
| snappy-java | Google's Snappy (BSD-3-Clause), Bitshuffle (MIT), and GCC's libstdc++ (GPL-3.0 with the GCC Runtime Library Exception) | `snappy-java/` |
| jackson-core | FastDoubleParser (MIT), with code of fast_float (MIT) and bigint (BSD-2-Clause) | `jackson-core/` |
| postgresql (JDBC driver) | com.ongres.scram and com.ongres.stringprep (BSD-2-Clause) | `postgresql/`, `com.ongres.scram/`, `com.ongres.stringprep/` |
| prometheus-metrics-exposition-formats | Protocol Buffers (BSD-3-Clause) | `protobuf-java/` |
| prometheus-metrics | Copyright 2012-2015 The Prometheus Authors; software developed at SoundCloud Ltd. | |

## Inside the page

The files in the folder `web` of the jar are built of these packages, which are in the npm registry:

| package | licence | text |
| --- | --- | --- |
| `@codemirror/autocomplete@6.20.4` | MIT | `page/codemirror.txt` |
| `@codemirror/commands@6.11.1` | MIT | `page/codemirror.txt` |
| `@codemirror/language@6.13.1` | MIT | `page/codemirror.txt` |
| `@codemirror/lint@6.9.8` | MIT | `page/codemirror.txt` |
| `@codemirror/state@6.7.6` | MIT | `page/codemirror.txt` |
| `@codemirror/streamparser@6.0.0` | MIT | `page/codemirror.txt` |
| `@codemirror/view@6.43.15` | MIT | `page/codemirror.txt` |
| `@lezer/common@1.5.5` | MIT | `page/codemirror.txt` |
| `@lezer/highlight@1.2.5` | MIT | `page/codemirror.txt` |
| `@lezer/lr@1.4.12` | MIT | `page/codemirror.txt` |
| `@marijn/find-cluster-break@1.0.4` | MIT | `page/codemirror.txt` |
| `@prometheus-io/codemirror-promql@0.314.0` | Apache-2.0 | `Apache-2.0.txt` |
| `@prometheus-io/lezer-promql@0.314.0` | Apache-2.0 | `Apache-2.0.txt` |
| `crelt@1.0.7` | MIT | `page/codemirror.txt` |
| `lru-cache@11.5.3` | BlueOak-1.0.0 | `page/lru-cache.txt` |
| `preact@11.2.0` | MIT | `page/preact.txt` |
| `style-mod@4.1.5` | MIT | `page/codemirror.txt` |
| `uplot@1.6.32` | MIT | `page/uplot.txt` |
| `w3c-keyname@2.2.8` | MIT | `page/codemirror.txt` |

## Inside the PostgreSQL archives

The artifacts `embedded-postgres-binaries-linux-…` each contain a PostgreSQL server (`PostgreSQL.txt`; its own libraries are `libpq`,
`libecpg`, `libecpg_compat`, `libpgtypes`) and the libraries that it needs:

| library | project | licence | text |
| --- | --- | --- | --- |
| `libssl`, `libcrypto` | OpenSSL 1.1.1 | OpenSSL | `postgresql-server/openssl.txt` |
| `libicudata`, `libicui18n`, `libicuuc` | ICU 60.2 | Unicode-DFS-2016, and others for parts | `postgresql-server/icu.txt` |
| `libxml2` | libxml2 2.9.4 | MIT, ISC for parts | `postgresql-server/libxml2.txt` |
| `libxslt` | libxslt 1.1 | MIT | `postgresql-server/libxslt.txt` |
| `libz` | zlib 1.2.11 | Zlib | `postgresql-server/zlib.txt` |
| `liblzma` | XZ Utils 5.2.2 | public domain | `postgresql-server/liblzma.txt` |
| `libossp-uuid` | OSSP uuid 1.6.2 | ISC style | `postgresql-server/ossp-uuid.txt` |

This product includes software developed by the OpenSSL Project for use in the OpenSSL Toolkit (http://www.openssl.org/), and
cryptographic software written by Eric Young (eay@cryptsoft.com).
