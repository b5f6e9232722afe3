"""The pin press: from an artist's flat drawing to metal and enamel, as pure functions of artwork, look and seed."""
