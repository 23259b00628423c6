"""The words of hosted pages and confirmation mails, in every language that they speak. A file per language.

Each file has the same keys with the same placeholders, which a test holds them to. Nothing here knows of HTML: whoever
shows a text escapes it.
"""
