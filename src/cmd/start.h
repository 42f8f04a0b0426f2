// SPDX-License-Identifier: GPL-3.0-or-later
/* How every program starts: options, configuration, log, clock. */
#ifndef CMD_START_H
#define CMD_START_H

#include "base/conf.h"

/* Reads --conf FILE (or $VOUCHSAFE_CONF); prints what is wrong and returns
 * NULL. A program with options of its own reads them itself. */
struct conf *start_program(const char *name, int argc, char **argv);

/* Loads a configuration file and applies it to this process. */
struct conf *start_with(const char *name, const char *conf_file);

/* Prints the package's name and version. */
void start_version(void);

/* True where the only word was --help or --version, with the answer printed;
 * never below a CGI server, where a query may be the command line. */
bool start_tells(const char *usage, int argc, char **argv);

#endif
