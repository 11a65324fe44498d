using System.Text;

namespace ThemePark.Modules.Metadata.Matching;

/// <summary>
/// Lawrence Philips' Double Metaphone: a word's consonant sounds by English reading and, where its origin allows another, by that one.
/// 0 stands for "th", X for "sh". A word with anything but a to z is its own sound: two names in another script never sound alike by accident.
/// </summary>
internal static class DoubleMetaphone
{
    public static (string Primary, string Secondary) Encode(string word)
    {
        if (!word.All(char.IsAsciiLetter))
        {
            return (word, word);
        }

        var encoder = new Encoder(word.ToUpperInvariant());
        encoder.Run();
        return (encoder.Primary.ToString(), encoder.Secondary.ToString());
    }

    private sealed class Encoder(string text)
    {
        private readonly bool _slavoGermanic = text.Contains('W', StringComparison.Ordinal) || text.Contains('K', StringComparison.Ordinal)
            || text.Contains("CZ", StringComparison.Ordinal);

        private int _at;

        public StringBuilder Primary { get; } = new();

        public StringBuilder Secondary { get; } = new();

        private int Last => text.Length - 1;

        public void Run()
        {
            if (Is(0, "GN", "KN", "PN", "WR", "PS"))
            {
                _at = 1;
            }

            if (At(0) == 'X')
            {
                Add("S", 1);
            }

            while (_at < text.Length)
            {
                Step();
            }
        }

        private void Step()
        {
            switch (At(_at))
            {
                case 'A' or 'E' or 'I' or 'O' or 'U' or 'Y':
                    Add(_at == 0 ? "A" : "", 1);
                    break;
                case 'B':
                    Add("P", Doubled('B'));
                    break;
                case 'C':
                    C();
                    break;
                case 'D':
                    D();
                    break;
                case 'F':
                    Add("F", Doubled('F'));
                    break;
                case 'G':
                    G();
                    break;
                case 'H':
                    var sounds = (_at == 0 || Vowel(_at - 1)) && Vowel(_at + 1);
                    Add(sounds ? "H" : "", sounds ? 2 : 1);
                    break;
                case 'J':
                    J();
                    break;
                case 'K':
                    Add("K", Doubled('K'));
                    break;
                case 'L':
                    L();
                    break;
                case 'M':
                    var silentB = Is(_at - 1, "UMB") && (_at + 1 == Last || Is(_at + 2, "ER"));
                    Add("M", silentB || At(_at + 1) == 'M' ? 2 : 1);
                    break;
                case 'N':
                    Add("N", Doubled('N'));
                    break;
                case 'P':
                    Add(At(_at + 1) == 'H' ? "F" : "P", At(_at + 1) is 'H' or 'P' or 'B' ? 2 : 1);
                    break;
                case 'Q':
                    Add("K", Doubled('Q'));
                    break;
                case 'R':
                    var french = _at == Last && !_slavoGermanic && Is(_at - 2, "IE") && !Is(_at - 4, "ME", "MA");
                    Add(french ? "" : "R", "R", Doubled('R'));
                    break;
                case 'S':
                    S();
                    break;
                case 'T':
                    T();
                    break;
                case 'V':
                    Add("F", Doubled('V'));
                    break;
                case 'W':
                    W();
                    break;
                case 'X':
                    var silentX = _at == Last && (Is(_at - 3, "IAU", "EAU") || Is(_at - 2, "AU", "OU"));
                    Add(silentX ? "" : "KS", At(_at + 1) is 'C' or 'X' ? 2 : 1);
                    break;
                default:
                    Z();
                    break;
            }
        }

        private void C()
        {
            if (_at > 1 && !Vowel(_at - 2) && Is(_at - 1, "ACH") && At(_at + 2) != 'I' && (At(_at + 2) != 'E' || Is(_at - 2, "BACHER", "MACHER")))
            {
                Add("K", 2);
            }
            else if (_at == 0 && Is(0, "CAESAR"))
            {
                Add("S", 2);
            }
            else if (Is(_at, "CH"))
            {
                Ch();
            }
            else if (Is(_at, "CZ") && !Is(_at - 2, "WICZ"))
            {
                Add("S", "X", 2);
            }
            else if (Is(_at + 1, "CIA"))
            {
                Add("X", 3);
            }
            else if (Is(_at, "CC") && !(_at == 1 && At(0) == 'M'))
            {
                Cc();
            }
            else if (Is(_at, "CK", "CG", "CQ"))
            {
                Add("K", 2);
            }
            else if (Is(_at, "CI", "CE", "CY"))
            {
                Add("S", Is(_at, "CIO", "CIE", "CIA") ? "X" : "S", 2);
            }
            else
            {
                Add("K", Is(_at + 1, "C", "K", "Q") && !Is(_at + 1, "CE", "CI") ? 2 : 1);
            }
        }

        private void Ch()
        {
            if (_at > 0 && Is(_at, "CHAE"))
            {
                Add("K", "X", 2);
            }
            else if ((_at == 0 && (Is(1, "HARAC", "HARIS") || Is(1, "HOR", "HYM", "HIA", "HEM")) && !Is(0, "CHORE")) || Germanic()
                || Is(_at - 2, "ORCHES", "ARCHIT", "ORCHID") || Is(_at + 2, "T", "S")
                || ((Is(_at - 1, "A", "O", "U", "E") || _at == 0) && (_at + 1 == Last || Is(_at + 2, "L", "R", "N", "M", "B", "H", "F", "V", "W"))))
            {
                Add("K", 2);
            }
            else if (_at > 0)
            {
                Add(Is(0, "MC") ? "K" : "X", "K", 2);
            }
            else
            {
                Add("X", 2);
            }
        }

        private void Cc()
        {
            if (Is(_at + 2, "I", "E", "H") && !Is(_at + 2, "HU"))
            {
                var hard = (_at == 1 && At(0) == 'A') || Is(_at - 1, "UCCEE", "UCCES");
                Add(hard ? "KS" : "X", 3);
            }
            else
            {
                Add("K", 2);
            }
        }

        private void D()
        {
            if (Is(_at, "DG"))
            {
                var soft = Is(_at + 2, "I", "E", "Y");
                Add(soft ? "J" : "TK", soft ? 3 : 2);
            }
            else
            {
                Add("T", Is(_at, "DT", "DD") ? 2 : 1);
            }
        }

        private void G()
        {
            if (At(_at + 1) == 'H')
            {
                Gh();
            }
            else if (At(_at + 1) == 'N')
            {
                Gn();
            }
            else if (Is(_at + 1, "LI") && !_slavoGermanic)
            {
                Add("KL", "L", 2);
            }
            else if (_at == 0 && (At(1) == 'Y' || Is(1, "ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN", "IE", "EI", "ER")))
            {
                Add("K", "J", 2);
            }
            else if ((Is(_at + 1, "ER") || At(_at + 1) == 'Y') && !Is(0, "DANGER", "RANGER", "MANGER")
                && !Is(_at - 1, "E", "I", "RGY", "OGY"))
            {
                Add("K", "J", 2);
            }
            else if (Is(_at + 1, "E", "I", "Y") || Is(_at - 1, "AGGI", "OGGI"))
            {
                var hard = Germanic() || Is(_at + 1, "ET");
                Add(hard ? "K" : "J", hard || !(Is(_at + 1, "IER") && _at + 3 == Last) ? "K" : "J", 2);
            }
            else
            {
                Add("K", Doubled('G'));
            }
        }

        private void Gh()
        {
            if (_at > 0 && !Vowel(_at - 1))
            {
                Add("K", 2);
            }
            else if (_at == 0)
            {
                Add(At(2) == 'I' ? "J" : "K", 2);
            }
            else if (Is(_at - 2, "B", "H", "D") || Is(_at - 3, "B", "H", "D") || Is(_at - 4, "B", "H"))
            {
                Add("", 2);
            }
            else if (_at > 2 && At(_at - 1) == 'U' && Is(_at - 3, "C", "G", "L", "R", "T"))
            {
                Add("F", 2);
            }
            else
            {
                Add(At(_at - 1) == 'I' ? "" : "K", 2);
            }
        }

        private void Gn()
        {
            if (_at == 1 && Vowel(0) && !_slavoGermanic)
            {
                Add("KN", "N", 2);
            }
            else if (!Is(_at + 2, "EY") && !_slavoGermanic)
            {
                Add("N", "KN", 2);
            }
            else
            {
                Add("KN", 2);
            }
        }

        private void J()
        {
            if (Is(_at, "JOSE") || Is(0, "SAN"))
            {
                Add(_at == 0 && text.Length > 4 ? "J" : "H", "H", 1);
                return;
            }

            var step = Doubled('J');
            if (_at == 0)
            {
                Add("J", "A", step);
            }
            else if (Vowel(_at - 1) && !_slavoGermanic && At(_at + 1) is 'A' or 'O')
            {
                Add("J", "H", step);
            }
            else if (_at == Last)
            {
                Add("J", "", step);
            }
            else
            {
                Add(Is(_at + 1, "L", "T", "K", "S", "N", "M", "B", "Z") || Is(_at - 1, "S", "K", "L") ? "" : "J", step);
            }
        }

        private void L()
        {
            if (At(_at + 1) != 'L')
            {
                Add("L", 1);
            }
            else
            {
                var spanish = (_at == text.Length - 3 && Is(_at - 1, "ILLO", "ILLA", "ALLE"))
                    || ((Is(text.Length - 2, "AS", "OS") || Is(Last, "A", "O")) && Is(_at - 1, "ALLE"));
                Add("L", spanish ? "" : "L", 2);
            }
        }

        private void S()
        {
            if (Is(_at - 1, "ISL", "YSL"))
            {
                Add("", 1);
            }
            else if (_at == 0 && Is(0, "SUGAR"))
            {
                Add("X", "S", 1);
            }
            else if (Is(_at, "SH"))
            {
                Add(Is(_at + 1, "HEIM", "HOEK", "HOLM", "HOLZ") ? "S" : "X", 2);
            }
            else if (Is(_at, "SIO", "SIA"))
            {
                Add("S", _slavoGermanic ? "S" : "X", 3);
            }
            else if ((_at == 0 && Is(1, "M", "N", "L", "W")) || At(_at + 1) == 'Z')
            {
                Add("S", "X", Doubled('Z'));
            }
            else if (Is(_at, "SC"))
            {
                Sc();
            }
            else
            {
                var silent = _at == Last && Is(_at - 2, "AI", "OI");
                Add(silent ? "" : "S", "S", Is(_at + 1, "S", "Z") ? 2 : 1);
            }
        }

        private void Sc()
        {
            if (At(_at + 2) != 'H')
            {
                Add(Is(_at + 2, "I", "E", "Y") ? "S" : "SK", 3);
            }
            else if (Is(_at + 3, "OO", "ER", "EN", "UY", "ED", "EM"))
            {
                Add(Is(_at + 3, "ER", "EN") ? "X" : "SK", "SK", 3);
            }
            else
            {
                Add("X", _at == 0 && !Vowel(3) && At(3) != 'W' ? "S" : "X", 3);
            }
        }

        private void T()
        {
            if (Is(_at, "TION", "TIA", "TCH"))
            {
                Add("X", 3);
            }
            else if (Is(_at, "TH", "TTH"))
            {
                var hard = Is(_at + 2, "OM", "AM") || Germanic();
                Add(hard ? "T" : "0", "T", 2);
            }
            else
            {
                Add("T", Is(_at + 1, "T", "D") ? 2 : 1);
            }
        }

        private void W()
        {
            if (Is(_at, "WR"))
            {
                Add("R", 2);
            }
            else if (_at == 0 && (Vowel(1) || Is(0, "WH")))
            {
                Add("A", Vowel(1) ? "F" : "A", 1);
            }
            else if ((_at == Last && Vowel(_at - 1)) || Is(_at - 1, "EWSKI", "EWSKY", "OWSKI", "OWSKY") || Is(0, "SCH"))
            {
                Add("", "F", 1);
            }
            else if (Is(_at, "WICZ", "WITZ"))
            {
                Add("TS", "FX", 4);
            }
            else
            {
                Add("", 1);
            }
        }

        private void Z()
        {
            if (At(_at + 1) == 'H')
            {
                Add("J", 2);
            }
            else
            {
                var italian = Is(_at + 1, "ZO", "ZI", "ZA") || (_slavoGermanic && _at > 0 && At(_at - 1) != 'T');
                Add("S", italian ? "TS" : "S", Doubled('Z'));
            }
        }

        private bool Germanic() => Is(0, "VAN", "VON", "SCH");

        private int Doubled(char letter) => At(_at + 1) == letter ? 2 : 1;

        private char At(int index) => index >= 0 && index < text.Length ? text[index] : '\0';

        private bool Vowel(int index) => At(index) is 'A' or 'E' or 'I' or 'O' or 'U' or 'Y';

        private bool Is(int index, params ReadOnlySpan<string> parts)
        {
            foreach (var part in parts)
            {
                if (index >= 0 && string.CompareOrdinal(text, index, part, 0, part.Length) == 0 && index + part.Length <= text.Length)
                {
                    return true;
                }
            }

            return false;
        }

        private void Add(string sound, int step) => Add(sound, sound, step);

        private void Add(string primary, string secondary, int step)
        {
            Primary.Append(primary);
            Secondary.Append(secondary);
            _at += step;
        }
    }
}
