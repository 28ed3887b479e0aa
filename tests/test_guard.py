"""The guard of the tests themselves: loopback and Unix sockets only."""

import socket

import pytest


@pytest.mark.parametrize("host", ["10.255.255.1", "192.0.2.1", "example.org", "2001:db8::1"])
def test_nothing_leaves_this_machine(host):
    with pytest.raises(BaseException, match="only loopback"):
        socket.create_connection((host, 80), timeout=1)
    with pytest.raises(BaseException, match="only loopback"):
        socket.getaddrinfo(host, 80)


@pytest.mark.parametrize("address", ["0.0.0.0", ""])
def test_nobody_else_is_let_in(address):
    with socket.socket() as listening, pytest.raises(BaseException, match="only loopback"):
        listening.bind((address, 0))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_open(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection((host, server.getsockname()[1]), timeout=5) as calling:
            calling.sendall(b"halo")
        with server.accept()[0] as heard:
            assert heard.recv(4) == b"halo"
