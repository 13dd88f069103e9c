# The release whose database this is.
VERSION = "@RELEASE@"
