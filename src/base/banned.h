// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions that no file may call: misuse is a compile error. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strncpy strcat strncat sprintf vsprintf gets
#pragma GCC poison atoi atol atof strtok

#endif
