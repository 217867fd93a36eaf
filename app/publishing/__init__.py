"""From a computed result to an official one: seal, counter-sign, approve, publish; and what the public reads."""
