Attribute VB_Name = "xlperf_cells"
Option Explicit

' What a refresh asks of this workbook and writes to it, done inside Excel: from outside, each answer and each block of
' cells is a call of its own. An answer that Python cannot read counts as none, and Python then asks singly: so an error
' ends in no answer; Excel could show it in a window and wait.

Public Function xlperf_structure() As String
    ' The first line holds the number of lines that follow, one for each sheet, table and name, with tabs between the
    ' parts. Texts are escaped: a formula of a name may have tabs and line ends.
    Dim sheet As Worksheet, table As ListObject, item As Name, answer As String, count As Long
    On Error GoTo failed
    For Each sheet In ThisWorkbook.Worksheets
        AddLine answer, count, Array("sheet", Escaped(sheet.Name), sheet.UsedRange.Address(False, False), _
            YesOrNo(sheet.Cells.EntireRow.Hidden), YesOrNo(sheet.Cells.MergeCells), YesOrNo(sheet.ProtectContents))
        For Each table In sheet.ListObjects
            AddLine answer, count, Array("table", Escaped(table.Name), Escaped(sheet.Name), _
                table.Range.Address(False, False), YesOrNo(table.ShowHeaders), YesOrNo(table.ShowTotals))
        Next
    Next
    For Each item In ThisWorkbook.Names
        AddLine answer, count, Array("name", Escaped(item.Name), Escaped(item.RefersTo), FirstCell(item))
    Next
    xlperf_structure = "xlperf_structure" & vbTab & "escaped" & vbTab & count & answer
failed:
End Function

Private Function Escaped(ByVal text As String) As String
    Escaped = Replace(Replace(text, "\", "\\"), vbTab, "\t")
    Escaped = Replace(Replace(Escaped, vbCr, "\r"), vbLf, "\n")
End Function

Private Sub AddLine(answer As String, count As Long, parts As Variant)
    answer = answer & vbLf & Join(parts, vbTab)
    count = count + 1
End Sub

Private Function YesOrNo(value As Variant) As String
    ' Of rows of which some are hidden, and of cells of which some are merged, Excel says Null.
    YesOrNo = "unknown"
    If VarType(value) = vbBoolean Then YesOrNo = IIf(value, "yes", "no")
End Function

Private Function FirstCell(item As Name) As String
    ' The merged area, the fill and the colour of the text, which is none (Null) if it has several; all stay empty where
    ' the name is no place of this workbook. Such a name is not asked for its range: that is an error, and an editor set
    ' to break on all errors shows each in a window, whatever On Error says.
    Dim cell As Range, place As String, merged As String, fill As String, font As String
    FirstCell = vbTab & vbTab
    place = item.RefersTo
    If InStr(place, "!$") = 0 Or InStr(place, "#REF!") > 0 Or InStr(place, "[") > 0 Then Exit Function
    If Not IsNumeric(Right(place, 1)) Then Exit Function
    On Error GoTo failed
    Set cell = item.RefersToRange.Cells(1, 1)
    merged = cell.MergeArea.Address(False, False)
    fill = "none"
    If cell.Interior.ColorIndex <> xlColorIndexNone Then fill = CStr(CLng(cell.Interior.Color))
    font = "none"
    If Not IsNull(cell.Font.Color) Then font = CStr(CLng(cell.Font.Color))
    FirstCell = merged & vbTab & fill & vbTab & font
failed:
End Function

Public Function xlperf_read(places As String) As Variant
    ' Each line of the places: a sheet, a tab, an address. The answer: the places, then for each its address, values
    ' and formulas.
    Dim lines() As String, parts() As String, answer() As Variant, at As Long
    On Error GoTo failed
    lines = Split(places, vbLf)
    ReDim answer(0 To UBound(lines) + 1)
    answer(0) = places
    For at = 0 To UBound(lines)
        parts = Split(lines(at), vbTab)
        With ThisWorkbook.Worksheets(parts(0)).Range(parts(1))
            answer(at + 1) = Array(.Address(False, False), .Value, .Formula)
        End With
    Next
    xlperf_read = answer
failed:
End Function

Public Function xlperf_write(places As String, contents As Variant, dates As String) As Variant
    ' Writes the contents of all places, row by row and one after the other, and answers what the places then hold.
    ' The dates are the numbers, with commas between them, of those contents that are serial numbers of dates.
    Dim line As Variant, number As Variant, parts() As String, block() As Variant
    Dim at As Long, row As Long, column As Long
    On Error GoTo failed
    For Each number In Split(dates, ",")
        contents(CLng(number)) = CDate(contents(CLng(number)))
    Next
    For Each line In Split(places, vbLf)
        parts = Split(line, vbTab)
        With ThisWorkbook.Worksheets(parts(0)).Range(parts(1))
            ReDim block(1 To .Rows.Count, 1 To .Columns.Count)
            For row = 1 To .Rows.Count
                For column = 1 To .Columns.Count
                    block(row, column) = contents(at)
                    at = at + 1
                Next
            Next
            .Value = block
        End With
    Next
    xlperf_write = xlperf_read(places)
failed:
End Function

Public Function xlperf_resize(sheetName As String, tableName As String, address As String) As String
    ' Answers the area that the table then has.
    On Error GoTo failed
    With ThisWorkbook.Worksheets(sheetName)
        .ListObjects(tableName).Resize .Range(address)
        xlperf_resize = .ListObjects(tableName).Range.Address(False, False)
    End With
failed:
End Function
