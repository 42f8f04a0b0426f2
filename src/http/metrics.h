// SPDX-License-Identifier: GPL-3.0-or-later
/* Counters of the workers: one small shared file each, added up on demand. */
#ifndef HTTP_METRICS_H
#define HTTP_METRICS_H

#include "base/buf.h"

/* Maps DIR/metrics/POOL-SLOT; a restarted worker goes on counting in it, so
 * that counters never fall. On failure counting is off, with one log line. */
void http_metrics_open(const char *dir, const char *pool, int slot);

/* protocol: a short constant name ("dossiers", fit for a label); at most 16 of
 * them, later ones count as "other". */
void http_metrics_count(const char *protocol, int status, int64_t micros);

/* The sum over all files in the Prometheus text format 0.0.4: requests by
 * protocol and status class, duration histogram, workers, process memory. 0, or
 * -1 where the directory can't be read. */
int http_metrics_render(const char *dir, struct buf *out);

#endif
