"""Files of messages: taken in, kept, shown to whoever may see their message, removed with it.

uploading   a file comes: who, where, what; drawn anew; kept
using       a message takes the files that its draft names
access      who may have a file, and the links for those who have no token
removal     files go: with their message, unused, or by an erasure
wire        a file as frames have it
"""
