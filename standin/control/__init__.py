"""The controls under `/_control/`: JSON in, JSON out, for tests and for developers. `standin/README.md` lists them."""
