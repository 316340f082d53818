/** Images as qemu-img 7.2 makes them of one mebibyte ("the first bytes of a disk", then zeroes): brotli, base64. */
export interface Made {
  readonly name: string;
  readonly claimed: string;
  /** Whether it may be kept. */
  readonly safe: boolean;
  readonly bytes: string;
}
export const made: readonly Made[] = [
  {
    name: "qcow2",
    claimed: "qcow2",
    safe: true,
    bytes:
      "X///BWR4gD/XW/kAP/AJVNHx1kcVNlC8sNy5pKkchG+BFFmrdiLNEw3EA4z4MMKHzLOfYLYaLhosxPSPvxvP/kgAADnIAUQgAUQgot0/xQmgTz57ooH6cLm9Q3m4KRQ9kD5ljMWUOOpgdsI52WLghiGutLLn5ejGTzeA+fVrDZemNVnctSgPN/euA3iPLsUzUGu8HkD/tPcAMVFU1XoPIPzsPcAAKfnZe4ABMmqnF8ZD+b4113BsQ5FfGgV6D0A=",
  },
  {
    name: "qcow2 of version 2",
    claimed: "qcow2",
    safe: true,
    bytes:
      "X///Bf44ydUc9xEd7h7rcl1sdHKkN/p2wbeVBiUBc25wAJZZoikEMwwuAU4YKO4xJqUY5lN+Be8BPvUoAMCCBRDQgIDw0d4DFChK4T3AiP8ghXgPcDAZYyXeAxy80gH/KIxL3OagC76UxtjdA4AOAA==",
  },
  {
    name: "qcow2, compressed with zstd",
    claimed: "qcow2",
    safe: true,
    bytes:
      "X/8BBeRRGLctDYXkw6lnz3IZz5O397d1F04wwUAD7YIwwAFllniGWdY2TwRLvtAUSxAES5iCwqfB+2MYch6riiuzncsIR/Tns3Ve5N1LBJ0HEmMAMoxwErimczuBRqASPj616Ex84VupHyoAoIMOIKACAgIAgBkAAA2XA5z+SwaHqB0OMSTlgfQuNVZY4qiD7si5bjFQgxawtrJ7yzd+pCV+/dqoc4lsbBOodjH1rgMQc7S/ZB3j9QDIS3sPUIDi0XoPwPLsPcCABnn2HmAFJji9PPG//OKdNIybcWxu3ot91DS+jYj7f1IA",
  },
  {
    name: "qcow2 with extended entries",
    claimed: "qcow2",
    safe: true,
    bytes:
      "X/8PBeQ4bBxWcVqSFyPG8+b5fpN6WQu6GwwHGHXbwFQWsiUIgt38g8KTcA9iyE3QcufyhBHd/K3mRRa0kwiaBxKQRxkcRhgIpnM7gUagEj4+tehMHP+W+lEAgAMOgIACBAQqme04jR+AL71Ohtc8LtUCSXkgvUmNL5Y46qA7dq4tBmoIBbxX9tjyjR9ril+/FvqYIuvbBLLHQr3zAMQYl0PWGq8HQF7ae4AFFFfrPQB7Z+8BBhr+qfcAAxtAQX28MC70xthckzJfGgV6AAAA",
  },
  {
    name: "qcow2 with small clusters",
    claimed: "qcow2",
    safe: true,
    bytes:
      "H/8Z4J8HdoO1ZtQf0BL3IbDNqSIqIiLnPD7Wp/YQTQAjwADQyZHe9IL/9jQoCZhzygl7nFKAEPCh7XLDgPGwMZYj6A1vXvjiSwBAgwXwggJEhNVV5pe7ykrmwoXmk/48qIIxH/Rw0McYc6yxxzXu8QQ/SoRvM+iCLkXRs7nhBQAA",
  },
  {
    name: "qcow2 with large clusters",
    claimed: "qcow2",
    safe: true,
    bytes:
      "n///v0CGB/pTX8Z5p3/gApXWomqSblrDQlgQXJY7lzSVg6i9tbzIWrUXaZ5oIB5gwuFhhKnbdvhftRqGQy2KIf7w553+HwkAoAkqACKQAQKIyP2nOALsks+CqGS1P19fodhfuYoeSO8yRmKWOOpgdsx1ssVADU283MoeRq0bP9UExK9fczivNyKzuyTF/qrecRCeo3P+CKw5Xv+hP9r7jzbESLD1/oP5st3Z+w/7Z+8/SnhDubwwwEXxuq4v4bAJeX1pgAS9/wA=",
  },
  {
    name: "vmdk",
    claimed: "vmdk",
    safe: true,
    bytes:
      "X///AeJIbXUHzV0Edvst7WQEohbVsqttXbbQd44ObyIZETs6J/IEE55Stx0vNQNwiAOHaJNZtzKR/fSIVEeP3eTU5sZ5f3P9zQCWikALEshMksiSZ47uPzYDGEaQnjeBofN5K0z2sen4KBC2idfHzVRJtDvt/hDrMVWrGlCwxtF0aQj+Q7XQszPLVt/eBQFj4S7toUfq+usPrUZnAG8OUmJe+JrbHT6WPiLq/RS1v42ob202K4w1TaGowT38V9DxFHiHt4Kph59sGNeiWnsHZKwkFbwWZRR0mmv2IjOB0oJ6bfaGEjX5ES3A1vREW9ZwEIVWs9PvDNq9wu3GLWDb5QDAnbtx47YGrLuFO/eGVfcl4KabC4BpfmEWlDrTUwgNkAmm+UDvAVAG",
  },
  {
    name: "vmdk, compressed",
    claimed: "vmdk",
    safe: true,
    bytes:
      "X///AeBx4MaSPY7huTOX/zXW3on9c9vZqyKKehf1UhlCIquUQKJ5ok4eO7a6fZ89f1PkCFvAKe1tD+yDNBZwRIFaZG2MMG93bkocDomUY5PEsEja6h2DIgBMBMjhcQgIABM4EAJmwAEc4rsGYmoSADyfOIGp9PlsYXkhW0x7gZoRqrXUC8Mj0S64GCFC1rLDcQyI5HR9aRiUbF06tjs3tT02yol8Z2lPJVK3e4dYNBxPsz4dpCzz9bnRGT+T8W/Wpf7JsdZpc1XaWjeloFevV4lGR4fV1VA2D42mWYHxOC+mibGF5xuyreDI1uxmmWx5xclFNQbRw1wkaY3OVHdIxszTSsLlT2lBU6NjQeeyaSsq0Ug8FU/Hkql3jRMv7LIcAPjkWvDBPSSBbTfz5DrNpvsYcBfOBcB1cwHA5mnPz+pDpkO46dp4mRWb7766P3m/GM/Z+dXHn33nzT73uQc/n3uAf153XWFABA==",
  },
  {
    name: "vdi",
    claimed: "vdi",
    safe: true,
    bytes:
      "n/8DEAAeh7HbZKs4ePOFKJb5z9/PcxdFH2wPfBhVGhW0gQ84gQuHpQkW3SM2mbVS85PaDU4DgJBelhGXTadBF5CBYeA9xpRjS9/AVArMb3aHWcS9vsnCpLUFDS3DERxwxzWBMCSAgIoHQJC3AADOO/Ef4fb4JecfdAuO4rzkf5uiujniGi0R5TUK5gfjkOi30k1WzbD4w7yg9w8A",
  },
  {
    name: "vhd",
    claimed: "vhd",
    safe: true,
    bytes:
      "n/8LIOAvB3iygZfEhc50hMoo4XTvao4vMZH4HwR467ZVHFgDziR+nlfoFQtE1gAF7fR1csAnPuJ3iLIWQ869i051mVWAVjq112cVlyzU5Oa/BKiMYswkILktoIAtzFNGKFIyU5T3R9zdUWl9B5AIAACJ/3mNbldCBeXXANwDvco8C6BMxh+O/vt1yOOds29GDmUOCAAEGiYfH1Hn1rYM8kVJEZ1LOus+0+GkCPXqmLj6D6L79AkA",
  },
  {
    name: "vhd with its true size",
    claimed: "vhd",
    safe: true,
    bytes:
      "n/8LIOivi3cNB06EBKGdxIu+NzsqxcHXNhcBufttTl6IC3kxYSc5BILQuirqQxzc5AAcWOAJBwiHjbE/XLsdBEHjFP+VFtiPDnFw287w9F1WBqRDTW7+ewEqoxgD5tsCCtgizA2uLIYgSZ8XOpuPI2nPyh5EASCqn2uvIo26gQzI9IzU71rRMr06RdsVvLscykYCCAr9xx7q3NpDUc9ImuXu9SrnlnlHhHovJq7+g+g+PQEA",
  },
  {
    name: "vhd, fixed",
    claimed: "vhd",
    safe: true,
    bytes:
      "n/8BEOAfB27sxHbwL0oKIrp0vvn5V+AjeOwprWKAKnKAAhqrgFtHtEV4Cg45IbnRGdsC54SkBiBoQ14UQuu46a6jeS9qJqWB3j8g7flsKm2UA2BigPAt0/fnZXeqcbDSoR4DoAAABSJKAFPkVXlNnon4f/J+lCMXAA==",
  },
  {
    name: "vhdx",
    claimed: "vhdx",
    safe: true,
    bytes:
      "n////3Aeh7HzJCFUo772FhzFA/3c3ubxH10si/e1gHj6eSlTCR0ihwHjsBuVBDoZcXEJwH/p6ELkDgAiTehrEaSJxZi2JZZ5GL/JAYYBYhhggEHG7raXKMFAQ0i8OIGSMK0Yg/ySqtetoQ9z2INLhKKpJUvzHmApSVcIqj/VzB1X1nQDj/x1RmUlA+Ju9Xyb37TIyhVmptyWRD32EZcJ3am1dW6QEgThdg8gGQDAhvTA1+DkqHgPQJzB+1bKjLI6b2Sy46H2ljAV1B/m7gNyjyPFCAHsE9fFeT/QtPsxeLT+MyGHASCA8pVWWmXYYrr039GThK4oApgD6N4rSN1rZKC/xI/BDAZAAkgA/1jZxKp5s9+sR+qQfFTUJVmHAO7CDgAASi1gABLLFiCA7AEAiB0AtPRYID94394DlFqje+8gd80Y8CeAv7novzt07yv86JrPLsg+jehdhgKJGjlg0vRLsh5FoxkG9+Uz1bcl8jy3BLw7+5+LGV792scNinPsGNAjERjb/WpnRw5TGDZ8kR36GfXkQiKn/TPqPXLXi9Zr27susrHecuCDgHuAeIR57kALCOApzO+102NGWyLTeHqY1ZUJQqTG9gBI+YdhAAWf5Dj/WK7IAC7vj2kAlJ5/CNsDMAE=",
  },
  {
    name: "ploop",
    claimed: "ploop",
    safe: true,
    bytes:
      "n///H2iPlKzNsZBjOOVw+sZkLe9wPsVVUMAGHLBnutiMg+AqEw4esnebXE2pkA4pV8rbiFq+QRyFERhAx7t/QNjvhIFgP96UQfqTBgZ6/wAA",
  },
  {
    name: "vmdk, flat",
    claimed: "vmdk",
    safe: false,
    bytes:
      "H/8BAMbg5/3ylfRQN3+zOg+Q5a0UNanxj2K+2BQjJM1mM+lDFrsmmdAT89Yr95kkpbpGRGpMjl8nl6+P93l1CxMXfRy3Gs7Py3ZpzheGZWuYCBWzFz2GhL8sHtI8y5OwCUL7lpgNA7gpZUlowutPdHWycB9nw7rUicWjpCB5DQNRUT6Byy2ZjWnoeAN+uZwAx7GclRAf/71U3RI2YdUXvpunblONsj0mYea4VQ2dTuqBrLRZMEsJUDPD2qrg6ktS5NBxBTqWLAZdm8wnC2OW+ySDkAA=",
  },
  {
    name: "vmdk, split",
    claimed: "vmdk",
    safe: false,
    bytes:
      "H/8BAMbKuarXqJvEPhHoAtC6E0kpxb+kunxLWgE9S4IgjENtWQLU7ry0Z0kizKIU22pxXJx81j7OfvSQidDHc9rE+riZtgZNWekMREwEikmLAUOivyyGJPf30lUsFCj59xKrDOCEK5F1wOtPrUZnQG9HlDQscxW7cjsj1bjRaLYtH0MlMYmJaO/4Ar7ZrABFkXyWEA//I5VMiXVY9VFXfVdNorIml47EBEcx6FrAJcRdsxfMjkJQvbY1WUHRz6TIpqIisnqmoms1O/3OoN3L/Y5BSAA=",
  },
  {
    name: "qed",
    claimed: "raw",
    safe: false,
    bytes: "X///CX54eG+9vyELUQusC5GNeuGuHGzACXuMO68+YIA4bMCVjT5UPEdHSAg7iPcAAajQ9n6ggIvCGPb/nbc9t62kNG70HuAOAG3vBzIB",
  },
  {
    name: "qcow2 over another",
    claimed: "qcow2",
    safe: false,
    bytes:
      "XwcAA+RxYDdzLcTisSBvhDEeqnt9e/vHbwJ0nNIEGga8W+kWII5omklMTlmGXeFb7lz+MbKEDtpq6y2gJIJqB6ohvPADptvUQ/QRejuGo3qS8v1msf4jgVLRQwUVQIAEBAjhcB3OAL9Pf+TVCxzziC/b0/X+aZ7uhKJh+pU5VlDj6INqyTm3HLDjCGdZ6QfzG0DbAMwrYGdrtydd2q1KsFn1DiiRV0OdDxYmd+fJZyXapLskChWc9QDj094DFNLDIvceQAE=",
  },
  {
    name: "qcow2 with a data file",
    claimed: "qcow2",
    safe: false,
    bytes:
      "XwcAA+Rx4JxfgrgOaS9NGJFu3tPGE7RDWIJATshBuK0DU1loA0sQBEtRUFgQZA7kQ85fV/hmO5cRjuhxd5tt50XeTSLovLuYI884DNO5QWAjEKgE8FOLDLfbpf4oAMAEJgABBQgIAAAaAACND8DgwWtYGvvopxhEWxGe3fsDvBT5uebxybBAUxqoN4mxUQVchbB69FxHENDCBdY7v7f8IogaMRVsFZ8LhH03geJYoHsegI3x/iTrN1wPgH/ae4CBNHJz7wEY",
  },
  {
    name: "qcow2 with a raw data file",
    claimed: "qcow2",
    safe: false,
    bytes:
      "X///BOY43RGLk4uJEWWr1ezOfbyXoBXCEgQSIRuibR6YyofkgyUIgt2ssMGHwfg9yEJug5ntXEY4osfBRnVe5N0kgs67iznyjMMwwsAx3eY8BA8P78BqVE9h071r+zEBACdwAlBgAgoUAAAaADDQ+AOoO3gML43r1j8xiGay+JJ9buCXvkGFr3m8siwwV++nF2miYxBwEsLk0f3cgUAWLtBe+EMvF4KosRQFm8WPk4N1T/7Jx4Lc/QC8LZ9bOn2G6wGIS3sPMMBK9+s9gLyz9wCBht937gECCBSBQWASaAILgZXARmAncBC4ELgSuBG4E3gQeAI=",
  },
  {
    name: "vmdk over another",
    claimed: "vmdk",
    safe: false,
    bytes:
      "H///AI7THTXYZP8I7PZb2skIRC2qZf//vF9W6O/cdflD6APgP50TeQQnfErrtM9LkEjgEU3E2o9k5tYUHPv4EM2MAk98uImj4m+uvyEgUUQ0Q8AckZhFggPtx2YgCsec89QJbLXPJ3m1kC3EZYEqHl8fN7mJznMe5+h4R1Yus5ZliZKoal1OtZeGlbYa5UnYBKH9Vi+oB+WxCqijQ1g+ngLbpAV7IIoJ26VODDi93/ZWa/X49UcCJ2nobacUB25XZrA6nqS2MlmfgvoJijy7siBOqphtNiscdxzLpg354T/lbqcIJKgm383PeNiOjD0mEjVJVTNPUFCkxj1eIW3EVRmKqG9p4ld/rgWFjhtVKG7foiPwkippopL73AAy5yIHgBe4AQBbInCHAS4H",
  },
  {
    name: "qed over another",
    claimed: "raw",
    safe: false,
    bytes: "X///hP+RYMdOrGOQOxJB3u43uknlQxVYl5qZTY3JZVjbW2pE1WkJAAIbBe01EQoCVRyABgY68nXS9+QGfnZP0Ac=",
  },
];
