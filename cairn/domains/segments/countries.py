"""What countries are called in addresses: by ISO code, English name or a usual other name, all in small letters."""

from collections.abc import Mapping
from functools import cache
from typing import Final

NAMES: Final = """
AD Andorra;AE United Arab Emirates,UAE;AF Afghanistan;AG Antigua and Barbuda;AI Anguilla;AL Albania;AM Armenia;
AO Angola;AR Argentina;AS American Samoa;AT Austria,Österreich;AU Australia;AW Aruba;AX Åland Islands;AZ Azerbaijan;
BA Bosnia and Herzegovina;BB Barbados;BD Bangladesh;BE Belgium,België,Belgique;BF Burkina Faso;BG Bulgaria;BH Bahrain;
BI Burundi;BJ Benin;BL Saint Barthélemy;BM Bermuda;BN Brunei;BO Bolivia;BR Brazil,Brasil;BS Bahamas;BT Bhutan;
BW Botswana;BY Belarus;BZ Belize;CA Canada;CD Democratic Republic of the Congo;CF Central African Republic;
CG Republic of the Congo;CH Switzerland,Schweiz,Suisse;CI Côte d'Ivoire,Ivory Coast;CK Cook Islands;CL Chile;
CM Cameroon;CN China;CO Colombia;CR Costa Rica;CU Cuba;CV Cape Verde;CW Curaçao;CY Cyprus;CZ Czechia,Czech Republic;
DE Germany,Deutschland;DJ Djibouti;DK Denmark,Danmark;DM Dominica;DO Dominican Republic;DZ Algeria;EC Ecuador;
EE Estonia;EG Egypt;ER Eritrea;ES Spain,España;ET Ethiopia;FI Finland,Suomi;FJ Fiji;FK Falkland Islands;FM Micronesia;
FO Faroe Islands;FR France;GA Gabon;GB United Kingdom,UK,Great Britain,England,Scotland,Wales,Northern Ireland;
GD Grenada;GE Georgia;GF French Guiana;GG Guernsey;GH Ghana;GI Gibraltar;GL Greenland;GM Gambia;GN Guinea;
GP Guadeloupe;GQ Equatorial Guinea;GR Greece;GT Guatemala;GU Guam;GW Guinea-Bissau;GY Guyana;HK Hong Kong;HN Honduras;
HR Croatia,Hrvatska;HT Haiti;HU Hungary;ID Indonesia;IE Ireland;IL Israel;IM Isle of Man;IN India;IQ Iraq;IR Iran;
IS Iceland;IT Italy,Italia;JE Jersey;JM Jamaica;JO Jordan;JP Japan;KE Kenya;KG Kyrgyzstan;KH Cambodia;KI Kiribati;
KM Comoros;KN Saint Kitts and Nevis;KP North Korea;KR South Korea,Korea;KW Kuwait;KY Cayman Islands;KZ Kazakhstan;
LA Laos;LB Lebanon;LC Saint Lucia;LI Liechtenstein;LK Sri Lanka;LR Liberia;LS Lesotho;LT Lithuania;LU Luxembourg;
LV Latvia;LY Libya;MA Morocco;MC Monaco;MD Moldova;ME Montenegro;MF Saint Martin;MG Madagascar;MH Marshall Islands;
MK North Macedonia,Macedonia;ML Mali;MM Myanmar;MN Mongolia;MO Macao;MP Northern Mariana Islands;MQ Martinique;
MR Mauritania;MS Montserrat;MT Malta;MU Mauritius;MV Maldives;MW Malawi;MX Mexico,México;MY Malaysia;MZ Mozambique;
NA Namibia;NC New Caledonia;NE Niger;NF Norfolk Island;NG Nigeria;NI Nicaragua;
NL Netherlands,The Netherlands,Nederland,Holland;NO Norway,Norge;NP Nepal;NR Nauru;NU Niue;NZ New Zealand;OM Oman;
PA Panama;PE Peru;PF French Polynesia;PG Papua New Guinea;PH Philippines;PK Pakistan;PL Poland,Polska;
PM Saint Pierre and Miquelon;PR Puerto Rico;PS Palestine;PT Portugal;PW Palau;PY Paraguay;QA Qatar;RE Réunion;
RO Romania;RS Serbia;RU Russia,Russian Federation;RW Rwanda;SA Saudi Arabia;SB Solomon Islands;SC Seychelles;SD Sudan;
SE Sweden,Sverige;SG Singapore;SI Slovenia;SJ Svalbard and Jan Mayen;SK Slovakia;SL Sierra Leone;SM San Marino;
SN Senegal;SO Somalia;SR Suriname;SS South Sudan;ST Sao Tome and Principe;SV El Salvador;SX Sint Maarten;SY Syria;
SZ Eswatini;TC Turks and Caicos Islands;TD Chad;TG Togo;TH Thailand;TJ Tajikistan;TL Timor-Leste;TM Turkmenistan;
TN Tunisia;TO Tonga;TR Turkey,Türkiye;TT Trinidad and Tobago;TV Tuvalu;TW Taiwan;TZ Tanzania;UA Ukraine;UG Uganda;
US United States,United States of America,USA,U.S.A.,U.S.;UY Uruguay;UZ Uzbekistan;VA Vatican City;
VC Saint Vincent and the Grenadines;VE Venezuela;VG British Virgin Islands;VI U.S. Virgin Islands;VN Vietnam;
VU Vanuatu;WF Wallis and Futuna;WS Samoa;XK Kosovo;YE Yemen;YT Mayotte;ZA South Africa;ZM Zambia;ZW Zimbabwe
"""
EUROPEAN_UNION: Final = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU"),
    *("MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
)


@cache
def names_by_code() -> Mapping[str, tuple[str, ...]]:
    """The names of each country, its code the first of them."""
    found = {}
    for line in NAMES.replace("\n", "").split(";"):
        code, _, names = line.partition(" ")
        found[code] = (code.lower(), *(name.strip().lower() for name in names.split(",")))
    return found


def names_of(*codes: str) -> list[str]:
    """Every name of these countries. Raises KeyError for a code that is none."""
    return [name for code in codes for name in names_by_code()[code]]
