#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the web server runs: the API as plain CGI, one process a request. Only
# this file lies in the web's directory, mode 0755; it points out of it.
VOUCHSAFE_CONF=/usr/local/etc/vouchsafe/vouchsafe.conf
# Libraries that the host does not have lie beside the programs.
LD_LIBRARY_PATH=/usr/local/lib/vouchsafe
export VOUCHSAFE_CONF LD_LIBRARY_PATH
umask 077
exec /usr/local/libexec/vouchsafe.fcgi
