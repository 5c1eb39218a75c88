"""The server's own requests to addresses that strangers name.

addresses   which hosts and ports may be asked: public ones alone
client      one GET, to the address that was judged, within bounds of time and bytes
"""
