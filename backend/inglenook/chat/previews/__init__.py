"""Link previews: what a page says of itself, below the message that links to it.

links       which addresses of a message may have one; a job is asked for in the message's
            transaction
looking_up  an address ─> what its page says, and a small picture, drawn anew; remembered
reading     the tags of a page
keeping     a preview becomes a change of its message, and its picture a file of that message
wire        a preview as frames and pages have it
"""
