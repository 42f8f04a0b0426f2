// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files of vouchsafe document. */
#ifndef CMD_TOOL_DOCUMENT_H
#define CMD_TOOL_DOCUMENT_H

#include "cmd/tool/tool.h"

struct json_object;

/* An option says what is looked for in the text. */
bool document_wants_text(const struct tool *t);
/* Adds "visual_zone" to the file or its pages, "address_proof" to the file. */
void document_look_for(const struct tool *t, struct json_object *file);

#endif
