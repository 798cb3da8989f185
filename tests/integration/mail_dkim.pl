#!/usr/bin/perl
# What Mail::DKIM says, for tests/integration/auth_oracle.py.
#
#	mail_dkim.pl KEYS verify FILE...    "FILE DKIM... arc:ARC" a line
#	mail_dkim.pl KEYS sign|seal SELECTOR DOMAIN PRIVATE FILE    the message
#
# KEYS: lines "NAME RECORD", which are all of the DNS there is.
use strict;
use warnings;
use Mail::DKIM::Verifier;
use Mail::DKIM::Signer;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::ARC::Signer;
use Mail::DKIM::DNS;
use Net::DNS::RR;

my ($keys, $what, @rest) = @ARGV;
my %record;
open my $f, '<', $keys or die "$keys: $!";
while (<$f>) {
    chomp;
    my ($name, $text) = split / /, $_, 2;
    $record{lc $name} = $text;
}
close $f;

no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ($name) = @_;
    my $text = $record{lc $name};
    $@ = 'NXDOMAIN';
    return unless defined $text;
    return Net::DNS::RR->new(name => $name, type => 'TXT',
        txtdata => [unpack '(a255)*', $text]);
};

sub feed {
    my ($to, $path) = @_;
    open my $m, '<:raw', $path or die "$path: $!";
    local $/;
    my $text = <$m>;
    $to->PRINT($text);
    $to->CLOSE;
    return $text;
}

if ($what eq 'verify') {
    for my $path (@rest) {
        my $v = Mail::DKIM::Verifier->new(Strict => 1);
        feed($v, $path);
        my $a = Mail::DKIM::ARC::Verifier->new(Strict => 1);
        feed($a, $path);
        print join(' ', $path, (map { $_->result } $v->signatures),
            'arc:' . $a->result), "\n";
    }
} else {
    my ($selector, $domain, $private, $path) = @rest;
    my %common = (Algorithm => 'rsa-sha256', Domain => $domain,
        Selector => $selector, KeyFile => $private);
    my $s = $what eq 'sign'
        ? Mail::DKIM::Signer->new(%common, Method => 'relaxed/relaxed')
        : Mail::DKIM::ARC::Signer->new(%common, Chain => 'ar',
            SrvId => 'mx.example.com');
    my $text = feed($s, $path);
    my $head = $what eq 'sign' ? $s->signature->as_string : $s->as_string;
    $head =~ s/\r?\n\z//;
    binmode STDOUT;
    print $head, "\r\n", $text;
}
