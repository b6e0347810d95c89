"""Names of the environment variables by which a build tells its notebooks where they run."""

# Set while a build runs notebooks: cells then emit what reports embed, not what Jupyter shows.
IN_BUILD = "VARDLAGET_BUILD"
# The folder with what a region's notebooks read; without it they read the data files themselves.
STORE = "VARDLAGET_OBSERVATIONS"
# A file to which a notebook adds the name of each part of the store that it reads.
READ = "VARDLAGET_READ"
# The folder given by --data: a region's own agreements stand there.
DATA = "VARDLAGET_DATA"
