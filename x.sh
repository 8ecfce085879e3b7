V=
